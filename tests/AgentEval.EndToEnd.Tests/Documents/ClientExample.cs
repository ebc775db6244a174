using System.Text.Json.Nodes;
using AgentEval.Client;
using AgentEval.Core.Runs;
using AgentEval.Tests.Shared;

namespace AgentEval.EndToEnd.Tests.Documents;

/// <summary>The C# of a page, compiled and run as it stands there.</summary>
internal static class ClientExample
{
    public const string Page = "docs/run.md";

    private const string Begin = "// What the page shows:";
    private const string End = "// That is all.";

    /// <summary>The lines of <see cref="RunAsync"/> between the marks.</summary>
    public static string Source
    {
        get
        {
            var lines = Repository.Read("tests/AgentEval.EndToEnd.Tests/Documents/ClientExample.cs").Split('\n').Select(line => line.Length > 8 ? line[8..] : line).ToList();
            var begin = lines.IndexOf(Begin);
            return string.Concat(lines[(begin + 1)..lines.IndexOf(End)].Select(line => line + '\n'));
        }
    }

    public static async Task<RunSnapshot> RunAsync(string url, string? key)
    {
        // What the page shows:
        using var client = AgentEvalClient.Create(new Uri(url), key);
        var submission = new RunSubmission
        {
            Suite = "example-basic",
            Agent = "sample-agent",
            Settings = new JsonObject { ["epochs"] = 2, ["gate"] = new JsonObject { ["minPassRate"] = 0.9 } },
        };
        var run = await client.CreateAndRunAsync(submission, new Progress<RunProgress>(progress => Console.WriteLine($"{progress.Percent:0} %")));
        Console.WriteLine($"{run.Result!.Verdict}: {run.Result.Metrics.Scenario.PassRate:P0}");
        // That is all.
        return run;
    }
}
