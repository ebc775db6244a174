using System.Text.Json.Nodes;
using AgentEval.Core.Json;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Suites;

/// <summary>Reads the scenarios and regressions of a suite, parameter rows expanded, ids unique.</summary>
internal static class ScenarioListReader
{
    public static List<ScenarioDraft> Read(ObjectCursor suite)
    {
        var drafts = new List<ScenarioDraft>();
        foreach (var (node, path) in suite.Items("scenarios"))
        {
            if (ToolReader.OpenElement(node, path, new ProblemList(), SuiteKeys.Scenario, "") is { } scenario)
            {
                AddExpanded(drafts, scenario.Json, path, suite.Problems);
            }
            else
            {
                suite.Problems.Error(path, ProblemCodes.WrongType, $"A scenario is an object with the keys id and input, but this is {Found.Describe(node)}.");
            }
        }

        foreach (var (node, path) in suite.Items("regressions"))
        {
            if (ToolReader.OpenElement(node, path, suite.Problems, SuiteKeys.Regression, "{ id: 123, title: …, input: …, expected: … }") is { } regression)
            {
                AddExpanded(drafts, Regression(regression), path, suite.Problems);
            }
        }

        ReportCounts(suite, drafts);
        ReportDuplicates(drafts, suite.Problems);
        return drafts;
    }

    private static void AddExpanded(List<ScenarioDraft> drafts, JsonObject json, string path, ProblemList problems)
    {
        // Every row of one scenario meets the same faults; one report of each is enough.
        var own = new ProblemList();
        var expander = new ScenarioExpander(own);
        var reader = new ScenarioReader(own);
        drafts.AddRange(expander.Expand(json, path).Select(expanded => reader.Read(expanded.Json, path, expanded.Family)));
        problems.AddDistinct(own);
    }

    /// <summary>The regression written as the scenario it stands for; members that both have keep their place, so paths stay true.</summary>
    private static JsonObject Regression(ObjectCursor regression)
    {
        var id = regression.TextOrNumber("id", required: true);
        var scenario = new JsonObject
        {
            ["id"] = id is null ? "regression" : "regression_" + id,
            ["name"] = regression.Text("title", maximum: 300) ?? $"Regression {id}",
            ["category"] = "regression",
            ["difficulty"] = "medium",
            ["metadata"] = new JsonObject { ["regressionId"] = id, ["fixedDate"] = regression.Text("fixedDate", maximum: 40) },
        };
        foreach (var key in new[] { "input", "expected", "golden", "criteria", "tags" })
        {
            if (regression.Node(key) is { } value)
            {
                scenario[key] = value.DeepClone();
            }
        }

        if (!regression.Has("expected") && !regression.Has("criteria"))
        {
            regression.Error("expected", ProblemCodes.Required, "'expected' is missing: what the agent should answer now that the fault is mended.");
        }

        return scenario;
    }

    private static void ReportCounts(ObjectCursor suite, List<ScenarioDraft> drafts)
    {
        if (!suite.Has("scenarios") && !suite.Has("regressions"))
        {
            suite.Error("scenarios", ProblemCodes.Required, "A suite needs at least one scenario.");
        }
        else if (drafts.Count == 0 && !suite.Problems.HasErrors)
        {
            suite.Error("scenarios", ProblemCodes.Required, "A suite needs at least one scenario; the list is empty.");
        }
        else if (drafts.Count > SuiteReader.MaxScenarios)
        {
            suite.Error("scenarios", ProblemCodes.TooLarge, $"There are {drafts.Count} scenarios; a suite may have {SuiteReader.MaxScenarios}.");
        }
    }

    private static void ReportDuplicates(List<ScenarioDraft> drafts, ProblemList problems)
    {
        foreach (var same in drafts.Where(draft => draft.Scenario.Id.Length > 0).GroupBy(draft => draft.Scenario.Id, StringComparer.Ordinal))
        {
            foreach (var draft in same.Skip(1))
            {
                problems.Error(ProblemList.Join(draft.Path, "id"), ProblemCodes.Duplicate, $"Another scenario has the id '{same.Key}': {same.First().Path}.");
            }
        }
    }
}
