using System.Text.Json.Nodes;
using AgentEval.Core.Json;
using AgentEval.Core.Problems;
using AgentEval.Core.Settings;

namespace AgentEval.Core.Suites;

/// <summary>Reads suite files: everything wrong is found in one pass, parameter rows and regressions become scenarios.</summary>
public static class SuiteReader
{
    public const int MaxScenarios = 20_000;
    private const int MaxDescription = 10_000;
    private const string DefaultVersion = "1.0.0";

    /// <param name="text">JSON or YAML.</param>
    public static ReadResult<Suite> Read(string text)
    {
        var document = DocumentReader.Read(text);
        return document.Value is null ? new(null, document.Problems) : ReadChecked(document.Value);
    }

    /// <param name="utf8">JSON.</param>
    public static ReadResult<Suite> Read(ReadOnlySpan<byte> utf8)
    {
        var document = DocumentReader.ReadJson(utf8);
        return document.Value is null ? new(null, document.Problems) : ReadChecked(document.Value);
    }

    public static ReadResult<Suite> Read(JsonNode? node)
    {
        var document = DocumentReader.Recheck(node);
        return document.Value is null ? new(null, document.Problems) : ReadChecked(document.Value);
    }

    internal static ReadResult<Suite> ReadChecked(JsonNode document)
    {
        var problems = new ProblemList();
        if (document is not JsonObject source)
        {
            problems.Error("", ProblemCodes.WrongType, $"A suite is an object with the keys suite and scenarios, but this is {Found.Describe(document)}.");
            return new(null, problems);
        }

        var suite = Suite(new ObjectCursor(source, "", problems, SuiteKeys.Suite), source);
        return ReadResult<Suite>.Of(suite, problems);
    }

    private static Suite Suite(ObjectCursor file, JsonObject source)
    {
        if (file.Node("models") is not (null or JsonObject { Count: 0 }))
        {
            file.NotAvailable("models", "Judging by models ('models')");
        }

        var tools = ToolReader.ReadList(file);
        var drafts = ScenarioListReader.Read(file);
        var scenarios = DependencyResolver.Resolve(CategoryResolver.Resolve(file, drafts), file.Problems);
        var (evaluators, toolsNamed) = Evaluators(file);
        var suite = new Suite
        {
            Name = file.Name("suite", required: true) ?? "",
            Version = file.Version("version") ?? DefaultVersion,
            Description = file.Text("description", mayBeEmpty: true, maximum: MaxDescription),
            Metadata = file.Object("metadata") ?? [],
            Defaults = Defaults(file),
            ScenarioDefaults = ScenarioDefaults(file),
            Evaluators = evaluators,
            Tools = tools,
            Scenarios = [.. scenarios.Select(draft => draft.Scenario)],
            Source = source,
            ContentHash = CanonicalJson.Hash(source),
        };
        SuiteChecks.Report(suite, scenarios, toolsNamed, file.Problems);
        return suite;
    }

    private static JsonObject Defaults(ObjectCursor file)
    {
        if (file.Open("defaults", SuiteKeys.Defaults) is not { } defaults)
        {
            return [];
        }

        var blocks = defaults.Json.Where(member => SettingsKeys.Blocks.Contains(member.Key));
        var layer = new JsonObject(blocks.Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())));
        SettingsLayers.Check(layer, defaults.Path, file.Problems);
        return layer;
    }

    private static ScenarioDefaults ScenarioDefaults(ObjectCursor file)
    {
        // Its unknown keys were reported with the blocks.
        if (file.Object("defaults") is not { } json)
        {
            return new();
        }

        var defaults = new ObjectCursor(json, file.At("defaults"), file.Problems, [.. json.Select(member => member.Key), .. SuiteKeys.ScenarioDefaults]);
        return new ScenarioDefaults
        {
            PassThreshold = defaults.Number("passThreshold", 0, 1) ?? RunSettings.DefaultPassThreshold,
            TimeoutSeconds = defaults.Number("timeoutSeconds", 0, 86_400, above: true),
            Retries = defaults.Integer("retries", 0, 10),
        };
    }

    private static (Dictionary<string, IReadOnlyList<CriterionSpec>> Evaluators, List<(string Path, string Name)> ToolsNamed) Evaluators(ObjectCursor file)
    {
        var toolsNamed = new List<(string Path, string Name)>();
        var evaluators = new Dictionary<string, IReadOnlyList<CriterionSpec>>(StringComparer.Ordinal);
        if (file.Object("evaluators") is not { } json)
        {
            return (evaluators, toolsNamed);
        }

        var categories = new ObjectCursor(json, file.At("evaluators"), file.Problems, [.. json.Select(member => member.Key)]);
        foreach (var (category, _) in json)
        {
            var reader = new CriterionReader(file.Problems, category + ".");
            evaluators[category] = reader.ReadList(categories, category);
            toolsNamed.AddRange(reader.ToolsNamed);
        }

        return (evaluators, toolsNamed);
    }
}
