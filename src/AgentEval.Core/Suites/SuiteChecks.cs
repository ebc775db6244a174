using AgentEval.Core.Json;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Suites;

/// <summary>What only shows when the whole suite is known.</summary>
internal static class SuiteChecks
{
    /// <param name="suite">As read.</param>
    /// <param name="drafts">Of its scenarios.</param>
    /// <param name="namedByEvaluators">The tools its evaluators look for, each with the path of the name.</param>
    /// <param name="problems">Takes what is found.</param>
    public static void Report(
        Suite suite, IReadOnlyList<ScenarioDraft> drafts, IReadOnlyList<(string Path, string Name)> namedByEvaluators, ProblemList problems)
    {
        var found = new ProblemList();
        var tools = suite.Tools.Select(tool => tool.Name).ToHashSet(StringComparer.Ordinal);
        var broken = problems.Errors.Select(error => ScenarioOf(error.Path)).ToHashSet(StringComparer.Ordinal);
        foreach (var (scenario, _, path, _) in drafts)
        {
            ReportInjections(scenario, tools, path, found);
            ReportPolicy(scenario, tools, path, found);
            if (!broken.Contains(path))
            {
                ReportNothingToJudge(scenario, suite, path, found);
            }
        }

        ReportCriteria(drafts.SelectMany(draft => draft.ToolsNamed).Concat(namedByEvaluators), tools, found);
        ReportUnusedTools(suite, found);
        ReportEvaluators(suite, found);
        problems.AddDistinct(found);
    }

    /// <summary>What was read of a scenario with an error may lack just what judges it.</summary>
    private static string ScenarioOf(string path) => path.IndexOf(']', StringComparison.Ordinal) is >= 0 and var end ? path[..(end + 1)] : path;

    private static void ReportInjections(Scenario scenario, HashSet<string> tools, string path, ProblemList problems)
    {
        for (var index = 0; index < scenario.Injections.Count; index++)
        {
            var (at, tool, _, _) = scenario.Injections[index];
            var place = $"{ProblemList.Join(path, "injections")}[{index}]";
            if (tool is not null && !tools.Contains(tool))
            {
                problems.Error(ProblemList.Join(place, "tool"), ProblemCodes.UnknownReference, () => $"The suite has no tool '{Found.Cut(tool)}'. {NearestWord.Hint(tool, tools)}");
            }
            else if (at == InjectionPoint.ToolResult && tools.Count == 0)
            {
                problems.Error(ProblemList.Join(place, "at"), ProblemCodes.UnknownReference, "The suite has no tools whose result could carry the injection. Add 'tools'.");
            }
        }
    }

    /// <summary>An agent may have tools of its own, so an unknown name is no error.</summary>
    private static void ReportCriteria(IEnumerable<(string Path, string Name)> named, HashSet<string> tools, ProblemList problems)
    {
        foreach (var (path, name) in named.Where(tool => tools.Count > 0 && !tools.Contains(tool.Name)))
        {
            problems.Warning(
                path, ProblemCodes.UnknownReference, () => $"The suite has no tool '{Found.Cut(name)}': only an agent with tools of its own can call it.{Near(name, tools)}");
        }
    }

    /// <summary>As of criteria.</summary>
    private static void ReportPolicy(Scenario scenario, HashSet<string> tools, string path, ProblemList problems)
    {
        if (tools.Count == 0)
        {
            return;
        }

        Warn("allowedTools", scenario.Policy.AllowedTools ?? []);
        Warn("forbiddenTools", scenario.Policy.ForbiddenTools);
        Warn("requireConfirmationFor", scenario.Policy.RequireConfirmationFor);

        void Warn(string key, IReadOnlyList<string> names)
        {
            foreach (var name in names.Where(name => !tools.Contains(name)))
            {
                problems.Warning($"{path}.policy.{key}", ProblemCodes.UnknownReference, () => $"The suite has no tool '{Found.Cut(name)}'.{Near(name, tools)}");
            }
        }
    }

    private static string Near(string name, HashSet<string> tools) => NearestWord.Find(name, tools) is { } tool ? $" Did you mean '{tool}'?" : "";

    private static void ReportNothingToJudge(Scenario scenario, Suite suite, string path, ProblemList problems)
    {
        var isJudged = scenario.Criteria.Count > 0
            || scenario.Properties.Count > 0
            || scenario.Expected is not null
            || scenario.Turns.Any(turn => turn.Expect.Count > 0)
            || suite.Evaluators.TryGetValue(scenario.Category, out var evaluators) && evaluators.Count > 0;
        if (!isJudged)
        {
            problems.Warning(
                path, ProblemCodes.NothingToJudge, $"'{scenario.Family ?? scenario.Id}' passes whenever the agent answers: nothing judges it. Add 'criteria' or 'expected'.");
        }
    }

    private static void ReportUnusedTools(Suite suite, ProblemList problems)
    {
        for (var index = 0; index < suite.Tools.Count && suite.Scenarios.Count > 0; index++)
        {
            var name = suite.Tools[index].Name;
            if (suite.Scenarios.All(scenario => scenario.Policy.AllowedTools?.Contains(name) == false || scenario.Policy.ForbiddenTools.Contains(name)))
            {
                problems.Warning($"tools[{index}]", ProblemCodes.InvalidValue, $"No scenario's policy allows the tool '{name}'.");
            }
        }
    }

    private static void ReportEvaluators(Suite suite, ProblemList problems)
    {
        var categories = suite.Scenarios.Select(scenario => scenario.Category).ToHashSet(StringComparer.Ordinal);
        foreach (var category in suite.Evaluators.Keys.Where(category => !categories.Contains(category)))
        {
            problems.Warning(
                ProblemList.Join("evaluators", category), ProblemCodes.UnknownReference, () => $"No scenario has the category '{Found.Cut(category)}'. {NearestWord.Hint(category, categories)}");
        }
    }
}
