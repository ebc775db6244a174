using AgentEval.Core.Problems;
using AgentEval.Core.Settings;
using AgentEval.Core.Suites;

namespace AgentEval.Core.Scenarios;

/// <param name="Scenarios">What runs; a scenario's dependencies are always among them.</param>
/// <param name="Warnings">For people.</param>
internal sealed record ScenarioSelection(IReadOnlyList<Scenario> Scenarios, IReadOnlyList<string> Warnings);

/// <summary>Applies filters and limit to a suite.</summary>
internal static class ScenarioSelector
{
    /// <param name="suite">All scenarios.</param>
    /// <param name="settings">Filters and limit.</param>
    /// <param name="rank">The limit keeps the scenarios of the lowest rank, ties by id.</param>
    public static ScenarioSelection Select(Suite suite, RunSettings settings, Func<Scenario, ulong> rank)
    {
        var warnings = new List<string>();
        WarnOfUnknown(suite, settings.Filters, warnings);
        var fitting = suite.Scenarios.Where(scenario => Fits(scenario, settings.Filters)).OrderBy(rank).ThenBy(scenario => scenario.Id, StringComparer.Ordinal).ToList();
        var selected = settings.Limit is { } limit ? fitting.Take(limit).ToList() : fitting;
        var added = Dependencies(suite, selected);
        if (added.Count > 0)
        {
            var names = string.Join(", ", added.Take(10).Select(scenario => scenario.Id)) + (added.Count > 10 ? ", …" : "");
            warnings.Add($"{added.Count} more {(added.Count == 1 ? "scenario runs" : "scenarios run")} because selected ones depend on {(added.Count == 1 ? "it" : "them")}: {names}.");
        }

        if (selected.Count == 0)
        {
            warnings.Add("No scenario fits the filters.");
        }

        return new([.. selected, .. added], warnings);
    }

    private static bool Fits(Scenario scenario, ScenarioFilters filters) =>
        (filters.Tags.Count == 0 || scenario.Tags.Any(filters.Tags.Contains))
        && (filters.Categories.Count == 0 || filters.Categories.Contains(scenario.Category))
        && (filters.Difficulties.Count == 0 || filters.Difficulties.Contains(DifficultyOf(scenario)))
        && (filters.Scenarios.Count == 0 || filters.Scenarios.Contains(scenario.Id) || (scenario.Family is { } family && filters.Scenarios.Contains(family)));

    private static string DifficultyOf(Scenario scenario) => scenario.Difficulty.ToString().ToLowerInvariant();

    /// <summary>What the selection needs and does not hold, transitively.</summary>
    private static List<Scenario> Dependencies(Suite suite, List<Scenario> selected)
    {
        var byId = suite.Scenarios.ToDictionary(scenario => scenario.Id, StringComparer.Ordinal);
        var known = selected.Select(scenario => scenario.Id).ToHashSet(StringComparer.Ordinal);
        var added = new List<Scenario>();
        var open = new Queue<Scenario>(selected);
        while (open.TryDequeue(out var scenario))
        {
            foreach (var id in scenario.DependsOn.Where(known.Add))
            {
                added.Add(byId[id]);
                open.Enqueue(byId[id]);
            }
        }

        return added;
    }

    private static void WarnOfUnknown(Suite suite, ScenarioFilters filters, List<string> warnings)
    {
        Warn("tag", filters.Tags, suite.Scenarios.SelectMany(scenario => scenario.Tags));
        Warn("category", filters.Categories, suite.Scenarios.Select(scenario => scenario.Category));
        Warn("difficulty", filters.Difficulties, suite.Scenarios.Select(DifficultyOf));
        Warn("id", filters.Scenarios, suite.Scenarios.SelectMany(scenario => new[] { scenario.Id, scenario.Family }.OfType<string>()));

        void Warn(string kind, IReadOnlyList<string> wanted, IEnumerable<string> present)
        {
            var known = present.ToHashSet(StringComparer.Ordinal);
            foreach (var name in wanted.Where(name => !known.Contains(name)).Take(ProblemList.Max))
            {
                var near = Json.NearestWord.Find(name, known) is { } word ? $" Did you mean '{word}'?" : "";
                warnings.Add($"No scenario has the {kind} '{Json.Found.Cut(name)}'.{near}");
            }
        }
    }
}
