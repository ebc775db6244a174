using System.Text.Json.Nodes;
using AgentEval.Core.Agents;
using AgentEval.Core.Api;
using AgentEval.Core.Criteria;
using AgentEval.Core.Json;
using AgentEval.Core.Json.Schema;
using AgentEval.Core.Problems;
using AgentEval.Core.Settings;
using AgentEval.Core.Suites;
using AgentEval.Core.Tests.Fakes;
using SchemaResources = AgentEval.Core.Schemas.SchemaResources;

namespace AgentEval.Core.Tests.Schemas;

public sealed class SchemaResourcesTests
{
    private static readonly Dictionary<string, JsonSchema> Compiled = SchemaResources.Names.ToDictionary(name => name, Compile);

    private static readonly string[] Values = ["true", "-1", "0", "1.5", "1e9", "\"x\"", "[1]", "{\"zzz\":1}"];

    private static readonly (string Schema, string Pointer, IReadOnlyList<string> Keys)[] Places =
    [
        ("suite", "", SuiteKeys.Suite),
        ("suite", "properties.defaults", SuiteKeys.Defaults),
        ("suite", "$defs.scenario", SuiteKeys.Scenario),
        ("suite", "$defs.scenario.properties.policy", SuiteKeys.Policy),
        ("suite", "$defs.scenario.properties.budget", SuiteKeys.Budget),
        ("suite", "$defs.scenario.properties.isolation", SuiteKeys.Isolation),
        ("suite", "$defs.turn", SuiteKeys.Turn),
        ("suite", "$defs.injection", SuiteKeys.Injection),
        ("suite", "$defs.golden", SuiteKeys.Golden),
        ("suite", "$defs.criterion", [.. CriterionCatalogue.Types, .. SuiteKeys.Criterion]),
        ("suite", "$defs.tool", SuiteKeys.Tool),
        ("suite", "$defs.toolResponse", SuiteKeys.ToolResponse),
        ("suite", "$defs.toolResponse.properties.fail", SuiteKeys.ToolFailure),
        ("suite", "$defs.regression", SuiteKeys.Regression),
        ("agent", "", AgentKeys.Agent),
        ("agent", "properties.auth", AgentKeys.Auth),
        ("agent", "properties.request", AgentKeys.Request),
        ("agent", "properties.response", AgentKeys.Response),
        ("agent", "properties.limits", AgentKeys.Limits),
        ("agent", "properties.retry", AgentKeys.Retry),
        ("agent", "properties.prices", AgentKeys.Prices),
        ("agent", "properties.reset", AgentKeys.Reset),
        ("agent", "properties.state", AgentKeys.State),
        ("agent", "properties.metrics", AgentKeys.Metrics),
        ("run", "", RunRequestKeys.Request),
        ("run", "properties.submitter", RunRequestKeys.Submitter),
        .. new[] { ("run", "properties."), ("suite", "properties.defaults.properties.") }.SelectMany(owner => new (string, string, IReadOnlyList<string>)[]
        {
            (owner.Item1, owner.Item2 + "filters", SettingsKeys.Filters),
            (owner.Item1, owner.Item2 + "execution", SettingsKeys.Execution),
            (owner.Item1, owner.Item2 + "redTeam", SettingsKeys.RedTeam),
            (owner.Item1, owner.Item2 + "replay", SettingsKeys.Replay),
            (owner.Item1, owner.Item2 + "validators", SettingsKeys.Validators),
            (owner.Item1, owner.Item2 + "gate", SettingsKeys.Gate),
            (owner.Item1, owner.Item2 + "budget", SettingsKeys.Budget),
        }),
    ];

    [Fact]
    public void Keys_OfSchemasAndReaders_AreTheSame() => Assert.All(
        Places,
        place => Assert.Equal(place.Keys.Order(StringComparer.Ordinal), Properties(place.Schema, place.Pointer).Order(StringComparer.Ordinal)));

    /// <summary>Every object that a schema closes is held to a reader above: a new one must be added there.</summary>
    [Fact]
    public void ClosedObjects_OfTheSchemas_AreAllListed()
    {
        var listed = Places.Select(place => (place.Schema, place.Pointer)).ToHashSet();
        foreach (var name in SchemaResources.Names)
        {
            Assert.All(ClosedObjects(SchemaResources.ReadJson(name)!, ""), pointer => Assert.True(listed.Contains((name, pointer)), $"{name}: {pointer}"));
        }
    }

    [Fact]
    public void Name_Unknown_HasNoSchema() => Assert.Null(SchemaResources.Read("other"));

    [Fact]
    public void Suite_ThatTheReaderTakes_SatisfiesTheSchema() => Agree("suite", node => SuiteReader.Read(node).Problems, SampleDocuments.Suite);

    [Fact]
    public void Agent_ThatTheReaderTakes_SatisfiesTheSchema() => Agree("agent", node => AgentReader.Read(node).Problems, SampleDocuments.Agent);

    [Fact]
    public void Run_ThatTheReaderTakes_SatisfiesTheSchema() => Agree("run", node => RunRequestReader.Read(node).Problems, SampleDocuments.Run);

    /// <summary>
    /// The sample with one value replaced, for every place and kind of value: what the reader takes the schema takes, and what the reader refuses for its keys, types or ranges
    /// the schema refuses too (criteria, validator options and inline subjects are open in the schema; null stands for an absent key in the reader alone).
    /// </summary>
    private static void Agree(string name, Func<JsonNode?, ProblemList> read, string sample)
    {
        var document = DocumentReader.Read(sample).Value!;
        Assert.Empty(read(document).Errors);
        Assert.Empty(Compiled[name].Validate(document));
        var places = DocumentMutation.CountPlaces(document);
        Assert.All(Enumerable.Range(0, places).SelectMany(at => Values.Select(value => (at, value))), edit =>
        {
            var changed = DocumentMutation.Replace(document.DeepClone(), edit.at, JsonNode.Parse(edit.value))!;
            var errors = read(changed).Errors;
            var isSchemaSatisfied = Compiled[name].Validate(changed).Count == 0;
            Assert.True(isSchemaSatisfied || errors.Count > 0, $"The schema refuses what the reader takes: {changed}");
            Assert.False(isSchemaSatisfied && errors.Any(IsStructural), $"The schema takes what the reader refuses: {errors.FirstOrDefault(IsStructural)}");
        });
    }

    private static bool IsStructural(Problem problem) =>
        problem.Code is ProblemCodes.UnknownKey or ProblemCodes.WrongType or ProblemCodes.OutOfRange
        && !new[] { "criteria", "expect", "properties", "evaluators", "validators", "schema", "suite.", "agent." }.Any(part => problem.Path.Contains(part, StringComparison.Ordinal));

    private static JsonSchema Compile(string name)
    {
        var problems = new ProblemList();
        var schema = JsonSchema.Read(SchemaResources.ReadJson(name), name, problems);
        Assert.Empty(problems.Errors);
        return schema!;
    }

    private static IEnumerable<string> Properties(string name, string pointer)
    {
        JsonNode node = SchemaResources.ReadJson(name)!;
        foreach (var part in pointer.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            node = node[part]!;
        }

        return node["properties"]!.AsObject().Select(member => member.Key);
    }

    private static IEnumerable<string> ClosedObjects(JsonNode? node, string pointer)
    {
        if (node is not JsonObject json)
        {
            yield break;
        }

        if (json["additionalProperties"] is JsonValue closed && !closed.GetValue<bool>() && !pointer.EndsWith("maxViolationsByValidator", StringComparison.Ordinal))
        {
            yield return pointer;
        }

        foreach (var inner in json.SelectMany(member => ClosedObjects(member.Value, ProblemList.Join(pointer, member.Key))))
        {
            yield return inner;
        }
    }
}
