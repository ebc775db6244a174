using AgentEval.Core.Problems;

namespace AgentEval.Core.Suites;

/// <summary>Turns what <c>dependsOn</c> says into ids, and refuses what could never run.</summary>
internal static class DependencyResolver
{
    private const int MaxDependencies = 1_000;

    public static List<ScenarioDraft> Resolve(List<ScenarioDraft> drafts, ProblemList problems)
    {
        if (drafts.All(draft => draft.Scenario.DependsOn.Count == 0))
        {
            return drafts;
        }

        var names = ScenarioNames.Of(drafts);
        var found = new ProblemList();
        var resolved = drafts.Select(draft => draft with { Scenario = draft.Scenario with { DependsOn = Dependencies(draft, names, found) } }).ToList();
        problems.AddDistinct(found);
        ReportCycles([.. resolved.DistinctBy(draft => draft.Scenario.Id)], problems);
        return resolved;
    }

    private static List<string> Dependencies(ScenarioDraft draft, ScenarioNames names, ProblemList problems)
    {
        var path = ProblemList.Join(draft.Path, "dependsOn");
        var ids = new List<string>();
        for (var index = 0; index < draft.Scenario.DependsOn.Count; index++)
        {
            var name = draft.Scenario.DependsOn[index];
            if (name == draft.Scenario.Id || name == draft.Scenario.Family)
            {
                problems.Error($"{path}[{index}]", ProblemCodes.Cycle, $"'{name}' depends on itself.");
            }
            else
            {
                ids.AddRange(names.Find(name, $"{path}[{index}]", problems));
            }
        }

        if (ids.Count > MaxDependencies)
        {
            problems.Error(path, ProblemCodes.TooLarge, $"These are {ids.Count} scenarios; one may depend on {MaxDependencies}.");
        }

        return [.. ids.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Depth first with its own stack: a chain may be as long as the suite.</summary>
    private static void ReportCycles(List<ScenarioDraft> drafts, ProblemList problems)
    {
        var byId = drafts.ToDictionary(draft => draft.Scenario.Id, StringComparer.Ordinal);
        var finished = new HashSet<string>(StringComparer.Ordinal);
        foreach (var root in drafts.Where(draft => !finished.Contains(draft.Scenario.Id)))
        {
            var way = new List<string>();
            var onWay = new HashSet<string>(StringComparer.Ordinal);
            var open = new Stack<IEnumerator<string>>();
            Enter(root.Scenario.Id);
            while (open.TryPeek(out var dependencies))
            {
                if (!dependencies.MoveNext())
                {
                    open.Pop();
                    finished.Add(way[^1]);
                    onWay.Remove(way[^1]);
                    way.RemoveAt(way.Count - 1);
                }
                else if (onWay.Contains(dependencies.Current))
                {
                    Report(way[way.IndexOf(dependencies.Current)..]);
                }
                else if (!finished.Contains(dependencies.Current))
                {
                    Enter(dependencies.Current);
                }
            }

            void Enter(string id)
            {
                way.Add(id);
                onWay.Add(id);
                open.Push(byId[id].Scenario.DependsOn.GetEnumerator());
            }
        }

        void Report(List<string> cycle) => problems.Error(
            ProblemList.Join(byId[cycle[0]].Path, "dependsOn"),
            ProblemCodes.Cycle,
            $"The scenarios wait for each other: {string.Join(" → ", Shortened([.. cycle, cycle[0]]))}. Remove one dependency.");
    }

    private static List<string> Shortened(List<string> cycle) => cycle.Count <= 12 ? cycle : [.. cycle.Take(6), "…", .. cycle.TakeLast(5)];
}
