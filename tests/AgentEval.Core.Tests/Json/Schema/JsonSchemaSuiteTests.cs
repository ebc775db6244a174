using System.Text.Json.Nodes;
using AgentEval.Core.Json.Schema;
using AgentEval.Core.Problems;
using AgentEval.Tests.Shared;

namespace AgentEval.Core.Tests.Json.Schema;

/// <summary>The official test cases of draft 2020-12.</summary>
public sealed class JsonSchemaSuiteTests
{
    private const string Data = "json-schema-2020-12";
    private const string MetaSchema = "https://json-schema.org/draft/2020-12/schema";

    public static TheoryData<string> Files
    {
        get
        {
            var files = new TheoryData<string>();
            if (SharedData.Find(Data) is { } folder)
            {
                foreach (var file in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
                {
                    files.Add(Path.GetFileName(file));
                }
            }
            else
            {
                files.Add("(absent)");
            }

            return files;
        }
    }

    [SharedDataTheory(Data)]
    [MemberData(nameof(Files))]
    public void Validate_OfficialCases_AgreesWithThem(string file)
    {
        var wrong = new List<string>();
        var checkedCases = 0;
        foreach (var group in JsonNode.Parse(File.ReadAllText(Path.Combine(SharedData.Get(Data), file)))!.AsArray())
        {
            var problems = new ProblemList();
            var schema = JsonSchema.Read(group!["schema"], "schema", problems);
            if (RefersToMetaSchema(group["schema"]))
            {
                Assert.Null(schema);
                Assert.Contains(problems.Errors, problem => problem.Code == ProblemCodes.UnknownReference);
                continue;
            }

            Assert.True(schema is not null, $"{group["description"]}: {problems.Errors.Select(problem => problem.Message).FirstOrDefault()}");
            foreach (var test in group["tests"]!.AsArray())
            {
                checkedCases++;
                if (schema.Validate(test!["data"]).Count == 0 != test["valid"]!.GetValue<bool>())
                {
                    wrong.Add($"{group["description"]}: {test["description"]}");
                }
            }
        }

        Assert.Empty(wrong);
        Assert.True(checkedCases > 0 || file == "defs.json", "no case was checked");
    }

    /// <summary>References to other documents are not followed, the meta-schema's included.</summary>
    private static bool RefersToMetaSchema(JsonNode? schema) =>
        schema is JsonObject json && json["$ref"] is JsonValue reference && reference.TryGetValue(out string? text) && text == MetaSchema;
}
