using AgentEval.Core.Json;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Suites;

/// <summary>Settles each scenario's category: its own, else the one the suite's <c>categories</c> gives it, else <c>default</c>.</summary>
internal static class CategoryResolver
{
    public const string Default = "default";

    public static List<ScenarioDraft> Resolve(ObjectCursor suite, List<ScenarioDraft> drafts)
    {
        var named = ReadMap(suite, drafts);
        return [.. drafts.Select(draft => Settle(draft, named.GetValueOrDefault(draft.Scenario.Id), suite.Problems))];
    }

    private static ScenarioDraft Settle(ScenarioDraft draft, Named? named, ProblemList problems)
    {
        if (named is not null && draft.Category is not null && draft.Category != named.Category)
        {
            problems.Error(
                named.Path,
                ProblemCodes.Exclusive,
                $"'{draft.Scenario.Id}' is put into '{named.Category}' here, but its own category is '{draft.Category}' ({draft.Path}). Make them agree.");
        }

        return draft with { Scenario = draft.Scenario with { Category = draft.Category ?? named?.Category ?? Default } };
    }

    /// <summary>By scenario id. A written id with parameter rows stands for all of them.</summary>
    private static Dictionary<string, Named> ReadMap(ObjectCursor suite, List<ScenarioDraft> drafts)
    {
        var named = new Dictionary<string, Named>(StringComparer.Ordinal);
        if (suite.Object("categories") is not { } json)
        {
            return named;
        }

        var ids = ScenarioNames.Of(drafts);
        var categories = new ObjectCursor(json, suite.At("categories"), suite.Problems, [.. json.Select(member => member.Key)]);
        foreach (var (category, _) in json)
        {
            var texts = categories.Texts(category) ?? [];
            for (var index = 0; index < texts.Count; index++)
            {
                var path = $"{categories.At(category)}[{index}]";
                foreach (var id in ids.Find(texts[index], path, suite.Problems))
                {
                    if (!named.TryAdd(id, new Named(category, path)) && named[id].Category != category)
                    {
                        suite.Problems.Error(path, ProblemCodes.Exclusive, $"'{id}' is put into '{named[id].Category}' and '{category}'. Keep one.");
                    }
                }
            }
        }

        return named;
    }

    private sealed record Named(string Category, string Path);
}
