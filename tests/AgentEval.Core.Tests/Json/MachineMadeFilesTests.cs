using System.Text.Json.Nodes;
using AgentEval.Core.Json;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Tests.Json;

public sealed class MachineMadeFilesTests
{
    [Fact]
    public void Problems_MoreThanAreListed_AreNotWorded()
    {
        var (problems, worded) = (new ProblemList(), 0);

        for (var number = 0; number < ProblemList.Max + 500; number++)
        {
            problems.Warning("a", "b", () => $"{++worded}");
        }

        Assert.Equal((ProblemList.Max, ProblemList.Max + 1), (worded, problems.Warnings.Count));
        Assert.StartsWith("There are more than", problems.Warnings[^1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Near_AmongThousands_LooksAtTheFirstOnly()
    {
        var looked = 0;
        var known = Enumerable.Range(0, 100_000).Select(number =>
        {
            looked++;
            return $"word-{number}";
        });

        Assert.NotNull(NearestWord.Find("wrd-17", known));
        Assert.Equal(200, looked);
    }

    [Fact]
    public void UnknownKeys_OfALargeObject_AreToldUpToALimit()
    {
        var problems = new ProblemList();
        var json = new JsonObject(Enumerable.Range(0, 20_000).Select(number => KeyValuePair.Create($"suitte{number}", (JsonNode?)null)));

        _ = new ObjectCursor(json, "", problems, ["suite", "version"]);

        Assert.Equal(ProblemList.Max + 1, problems.Errors.Count);
    }
}
