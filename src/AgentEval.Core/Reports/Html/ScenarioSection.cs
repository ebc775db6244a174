using AgentEval.Core.Json;
using AgentEval.Core.Runs;

namespace AgentEval.Core.Reports.Html;

/// <summary>One row a scenario, with the filters for scenarios and trials.</summary>
internal static class ScenarioSection
{
    public static void Write(HtmlWriter html, ReportInput input)
    {
        var listed = Listed(input.Result.Scenarios);
        var lead = listed.Count < input.Result.Scenarios.Count
            ? $"{Figures.Count(listed.Count)} of {Figures.Count(input.Result.Scenarios.Count)} scenarios, those that did not pass first. All of them are in the report as JSON."
            : null;
        using var section = Parts.Section(html, "scenarios", "Scenarios", lead);
        WriteFilters(html, input);
        using var scroll = Parts.Scrolling(html, "Scenarios");
        using var table = html.Open("table", ("class", "scenarios"));
        Parts.Head(html, "Scenarios", "Status", "Scenario", "Score", "", "Trials", "Events", "Injections", "Deviations");
        using var body = html.Open("tbody");
        foreach (var scenario in listed)
        {
            WriteRow(html, scenario);
        }
    }

    /// <summary>A page with more rows than trials may be listed would help nobody.</summary>
    private static IReadOnlyList<ScenarioOutcome> Listed(IReadOnlyList<ScenarioOutcome> scenarios) => scenarios.Count <= ReportInput.MaxTrials
        ? scenarios
        : [.. scenarios.OrderBy(scenario => scenario.Status == TrialStatus.Passed).Take(ReportInput.MaxTrials)];

    /// <summary>Hidden until the script runs: without it they would do nothing.</summary>
    private static void WriteFilters(HtmlWriter html, ReportInput input)
    {
        var statuses = input.Trials.Select(trial => trial.Status).Concat(input.Result.Scenarios.Select(scenario => scenario.Status)).Distinct().Order();
        using var tools = html.Open("div", ("class", "filters"), ("hidden", ""), ("role", "search"));
        html.Void("input", ("type", "search"), ("id", "search"), ("placeholder", "Search scenarios and trials"), ("aria-label", "Search scenarios and trials"));
        using (html.Open("div", ("class", "chips"), ("role", "group"), ("aria-label", "Show only these statuses")))
        {
            foreach (var status in statuses)
            {
                var label = status == TrialStatus.BudgetExceeded ? "over budget" : status.Word();
                html.Element(
                    "button", label, ("type", "button"), ("class", "chip s-" + status.Word()), ("data-filter", status.Word()), ("aria-pressed", "false"));
            }
        }

        html.Element("output", "", ("id", "found"), ("aria-live", "polite"));
    }

    private static void WriteRow(HtmlWriter html, ScenarioOutcome scenario)
    {
        using var row = html.Open("tr", ("data-status", scenario.Status.Word()));
        using (html.Open("td"))
        {
            Parts.Chip(html, scenario.Status);
        }

        using (html.Open("th", ("scope", "row")))
        {
            html.Element("bdi", scenario.Name);
            if (scenario.Name != scenario.ScenarioId)
            {
                html.Element("code", scenario.ScenarioId);
            }
        }

        html.Element("td", Figures.Score(scenario.Score), ("class", "number"));
        using (html.Open("td", ("class", "bar-cell")))
        {
            Charts.Meter(html, $"Score {Figures.Score(scenario.Score)}", scenario.Score, scenario.Status == TrialStatus.Passed ? "good" : "bad");
        }

        foreach (var count in new[] { scenario.Trials, scenario.Events, scenario.Injections, scenario.Deviations })
        {
            html.Element("td", Figures.Count(count), ("class", count == 0 ? "number zero" : "number"));
        }
    }
}
