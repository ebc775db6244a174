using System.Text.Json.Nodes;
using AgentEval.Core.Json;
using AgentEval.Core.Problems;
using AgentEval.Core.Scenarios;

namespace AgentEval.Core.Suites;

/// <summary>Makes one scenario of each parameter row, and fills the templates that are known before a trial runs: parameters and parts of <c>input</c>.</summary>
internal sealed class ScenarioExpander(ProblemList problems)
{
    public const int MaxRows = 10_000;

    /// <summary>Filled while a trial runs.</summary>
    public static readonly IReadOnlyList<string> RuntimeNames = ["session", "seed", "feedback"];

    private static readonly string[] NotFilled = ["id", "parameters", "dependsOn"];

    /// <summary>The scenario itself (the very nodes, where nothing is to be filled), or one per row with the ids <c>id_0</c>, <c>id_1</c>, … and the written id as family.</summary>
    public IEnumerable<(JsonObject Json, string? Family)> Expand(JsonObject scenario, string path)
    {
        if (scenario["parameters"] is not { } parameters)
        {
            yield return (Templates.MayBeIn(scenario) ? Fill(scenario, [], path) : scenario, null);
            yield break;
        }

        var parametersPath = ProblemList.Join(path, "parameters");
        if (parameters is not JsonArray { Count: > 0 and <= MaxRows } rows)
        {
            var found = parameters is JsonArray list ? $"a list of {list.Count}" : Found.Describe(parameters);
            problems.Error(parametersPath, ProblemCodes.WrongType, $"'parameters' must be a list of 1 to {MaxRows} objects, but is {found}.");
            yield break;
        }

        for (var row = 0; row < rows.Count; row++)
        {
            if (ReadRow(rows[row], $"{parametersPath}[{row}]") is { } values)
            {
                var filled = Fill(scenario, values, path);
                filled.Remove("parameters");
                var family = scenario["id"] is JsonValue id && id.TryGetValue<string>(out var text) ? text : null;
                if (family is not null)
                {
                    filled["id"] = $"{family}_{row}";
                }

                yield return (filled, family);
            }
        }
    }

    private JsonObject? ReadRow(JsonNode? node, string path)
    {
        if (node is not JsonObject row)
        {
            problems.Error(path, ProblemCodes.WrongType, $"Must be an object such as {{ orderId: A-17 }}, but is {Found.Describe(node)}.");
            return null;
        }

        foreach (var (name, _) in row)
        {
            if (name == "input" || RuntimeNames.Contains(name))
            {
                problems.Error(ProblemList.Join(path, name), ProblemCodes.InvalidValue, $"'{name}' has a meaning of its own in templates. Choose another name.");
            }
            else if (!Templates.Names("{{" + name + "}}").SequenceEqual([name]))
            {
                problems.Error(ProblemList.Join(path, name), ProblemCodes.InvalidFormat, "A parameter's name is letters, digits, _ and -, beginning with a letter.");
            }
        }

        return row;
    }

    private JsonObject Fill(JsonObject scenario, JsonObject row, string path)
    {
        var rowLookup = LookIn(row);
        var input = Templates.Fill(scenario["input"], rowLookup);
        bool Lookup(string name, out JsonNode? value) => rowLookup(name, out value) || TryInput(input, name, out value);
        var filled = new JsonObject();
        foreach (var (key, value) in scenario)
        {
            var fills = !NotFilled.Contains(key);
            if (fills)
            {
                ReportUnknown(value, ProblemList.Join(path, key), key == "input" ? rowLookup : Lookup, row);
            }

            filled[key] = key == "input" ? input?.DeepClone() : fills ? Templates.Fill(value, Lookup) : value?.DeepClone();
        }

        return filled;
    }

    private void ReportUnknown(JsonNode? node, string path, TemplateLookup lookup, JsonObject row)
    {
        foreach (var (place, name) in Templates.NamesIn(node, path).Where(found => !RuntimeNames.Contains(found.Name) && !lookup(found.Name, out _)))
        {
            problems.Error(place, ProblemCodes.UnknownReference, () => Unknown(name, row));
        }
    }

    private static string Unknown(string name, JsonObject row)
    {
        var known = row.Select(member => member.Key).Concat(["input", .. RuntimeNames]).ToList();
        return $"Nothing is called '{Found.Cut(name)}' here, so '{{{{{Found.Cut(name)}}}}}' cannot be filled. {NearestWord.Hint(name, known)}";
    }

    private static TemplateLookup LookIn(JsonObject row) => row.TryGetPropertyValue;

    /// <summary><c>input</c>, or a member of it: <c>input.order.id</c>, <c>input.items.0</c>.</summary>
    private static bool TryInput(JsonNode? input, string name, out JsonNode? value)
    {
        value = input;
        var parts = name.Split('.');
        if (parts[0] != "input" || input is null)
        {
            return false;
        }

        foreach (var part in parts.Skip(1))
        {
            switch (value)
            {
                case JsonObject members when members.TryGetPropertyValue(part, out var member):
                    value = member;
                    break;
                case JsonArray items when int.TryParse(part, out var index) && index >= 0 && index < items.Count:
                    value = items[index];
                    break;
                default:
                    return false;
            }
        }

        return true;
    }
}
