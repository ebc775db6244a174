using AgentEval.Core.Criteria;
using AgentEval.Core.Json;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Suites;

/// <summary>Reads the criteria of one owner (a scenario, or a category's evaluators) and keeps their ids apart.</summary>
internal sealed class CriterionReader(ProblemList problems, string idPrefix = "")
{
    private static readonly string[] KnownKeys = [.. CriterionCatalogue.Types, .. SuiteKeys.Criterion];

    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);

    private readonly List<(string Path, string Name)> _toolsNamed = [];

    /// <summary>The tools that the criteria read so far look for.</summary>
    public IReadOnlyList<(string Path, string Name)> ToolsNamed => _toolsNamed;

    public IReadOnlyList<CriterionSpec> ReadList(ObjectCursor owner, string key) =>
        [.. owner.Items(key).Select(item => Read(item.Node, item.Path)).OfType<CriterionSpec>()];

    private CriterionSpec? Read(System.Text.Json.Nodes.JsonNode? node, string path)
    {
        if (node is not System.Text.Json.Nodes.JsonObject json)
        {
            problems.Error(path, ProblemCodes.WrongType, $"A criterion is an object such as {{ contains: refund }}, but this is {Found.Describe(node)}.");
            return null;
        }

        var cursor = new ObjectCursor(json, path, problems, KnownKeys);
        var types = CriterionCatalogue.Types.Where(json.ContainsKey).ToList();
        if (types.Count != 1)
        {
            ReportTypes(types, path, hasUnknownKey: json.Any(member => !KnownKeys.Contains(member.Key)));
            return null;
        }

        var type = types[0];
        var argument = json[type];
        var criterion = CriterionCatalogue.Find(type)!;
        criterion.Check(argument, cursor.At(type), problems);
        _toolsNamed.AddRange(criterion.ToolsNamed(argument, cursor.At(type)));
        var id = IdOf(cursor, type);
        return new CriterionSpec
        {
            Type = type,
            Argument = argument,
            Id = id,
            Name = cursor.Text("name", maximum: 200) ?? id,
            Weight = cursor.Number("weight", 0, 1_000_000, above: true) ?? 1,
            Threshold = cursor.Number("threshold", 0, 1) ?? 0.8,
            Required = cursor.Flag("required") ?? false,
            Suggestion = cursor.Text("suggestion", maximum: 2_000),
        };
    }

    private void ReportTypes(List<string> types, string path, bool hasUnknownKey)
    {
        if (types.Count > 1)
        {
            problems.Error(path, ProblemCodes.Exclusive, $"A criterion has exactly one type, but this has {string.Join(", ", types)}. Make one entry of each.");
        }
        else if (!hasUnknownKey)
        {
            problems.Error(path, ProblemCodes.Required, $"A criterion needs a type: one of {string.Join(", ", CriterionCatalogue.Types)}.");
        }
    }

    private string IdOf(ObjectCursor cursor, string type)
    {
        if (cursor.Id("id", required: false) is { } given)
        {
            if (!_ids.Add(given))
            {
                cursor.Error("id", ProblemCodes.Duplicate, $"Another criterion has the id '{given}'.");
            }

            return given;
        }

        var id = idPrefix + type;
        for (var number = 2; !_ids.Add(id); number++)
        {
            id = $"{idPrefix}{type}_{number}";
        }

        return id;
    }
}
