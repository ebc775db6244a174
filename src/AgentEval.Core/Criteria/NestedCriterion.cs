using System.Text.Json.Nodes;
using AgentEval.Core.Json;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Criteria;

/// <summary>A criterion inside <c>all</c>, <c>any</c> or <c>not</c>: an object with the key of one type, and perhaps a <c>name</c>.</summary>
internal sealed record NestedCriterion(ICriterion Criterion, JsonNode? Argument, string? Name)
{
    public CriterionScore Evaluate(CriterionContext context)
    {
        var score = Criterion.Evaluate(Argument, context);
        return score with { Found = $"{Name ?? Criterion.Type}: {score.Found}" };
    }

    /// <inheritdoc cref="ICriterion.ToolsNamed"/>
    public IEnumerable<(string Path, string Name)> ToolsNamed(string path) => Criterion.ToolsNamed(Argument, ProblemList.Join(path, Criterion.Type));

    /// <summary>Null after reporting.</summary>
    public static IReadOnlyList<NestedCriterion>? ReadList(JsonNode? argument, string path, ProblemList problems)
    {
        if (argument is not JsonArray { Count: > 0 } array)
        {
            problems.Error(path, ProblemCodes.WrongType, "Give a list of criteria, at least one.");
            return null;
        }

        var nested = array.Select((element, index) => Read(element, $"{path}[{index}]", problems)).OfType<NestedCriterion>().ToList();
        return nested.Count == array.Count ? nested : null;
    }

    /// <summary>Of a list of criteria.</summary>
    public static IEnumerable<(string Path, string Name)> ToolsNamedIn(JsonNode? argument, string path) =>
        ReadList(argument, path, new ProblemList())?.SelectMany((part, index) => part.ToolsNamed($"{path}[{index}]")) ?? [];

    public static NestedCriterion? Read(JsonNode? node, string path, ProblemList problems)
    {
        if (node is not JsonObject json)
        {
            problems.Error(path, ProblemCodes.WrongType, "Give a criterion, such as { contains: refund }.");
            return null;
        }

        var types = CriterionCatalogue.Types.Where(json.ContainsKey).ToList();
        var options = new ObjectCursor(json, path, problems, [.. CriterionCatalogue.Types, "name"]);
        if (types.Count != 1)
        {
            var found = types.Count == 0 ? "none is given" : $"given are {string.Join(", ", types)}";
            problems.Error(path, types.Count == 0 ? ProblemCodes.Required : ProblemCodes.Exclusive, $"A criterion has exactly one type; {found}.");
            return null;
        }

        var criterion = CriterionCatalogue.Find(types[0])!;
        criterion.Check(json[types[0]], ProblemList.Join(path, types[0]), problems);
        return new(criterion, json[types[0]], options.Text("name"));
    }
}
