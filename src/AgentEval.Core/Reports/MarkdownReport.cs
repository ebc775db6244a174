using System.Globalization;
using System.Text;
using AgentEval.Core.Json;
using AgentEval.Core.Metrics;
using AgentEval.Core.Runs;

namespace AgentEval.Core.Reports;

/// <summary>A page for pull requests and job summaries.</summary>
internal sealed class MarkdownReport : IReportFormat
{
    /// <summary>The page stays under the size limits of job summaries; the trials left out are counted.</summary>
    private const int MaxListed = 200;
    private const int MaxReason = 200;
    private const int MaxViolations = 20;

    public string Name => "markdown";

    public string ContentType => "text/markdown; charset=utf-8";

    public string FileName => "report.md";

    public string Write(ReportInput input)
    {
        var page = new StringBuilder();
        WriteHead(page, input.Result);
        WriteSummary(page, input);
        WriteGate(page, input.Result);
        WriteTrials(page, "Failed trials", input, trial => trial.Status == TrialStatus.Failed);
        WriteTrials(page, "Trials without a verdict", input, trial => !trial.Status.IsScored());
        WriteViolations(page, input);
        return page.ToString();
    }

    private static void WriteHead(StringBuilder page, RunResult result)
    {
        page.Append("# ").Append(Sign(result)).Append(' ').Append(MarkdownText.Escape(result.Suite.Name)).Append(": ");
        page.Append(result.Verdict is { } verdict ? verdict.Word() : "run " + result.Status.Word()).Append("\n\n");
        if (result.Message is { Length: > 0 } message)
        {
            page.Append("> ").Append(MarkdownText.Escape(message)).Append("\n\n");
        }
    }

    private static void WriteSummary(StringBuilder page, ReportInput input)
    {
        var (result, scenario) = (input.Result, input.Result.Metrics.Scenario);
        page.Append("| | |\n|---|---|\n");
        Row(page, "Agent", $"{Named(result.Agent.Name, result.Agent.Version)} ({MarkdownText.Escape(result.Agent.Type)}{Model(result.Agent)})");
        Row(page, "Suite", Named(result.Suite.Name, result.Suite.Version));
        Row(page, "Verdict", $"**{result.Verdict?.Word() ?? result.Status.Word()}**");
        Row(page, "Trials", Counts(scenario));
        Row(page, "Pass rate", $"{Figures.Percent(scenario.PassRate)}{Within(scenario.PassRateInterval)}{Excluded(scenario)}");
        Row(page, "Average score", $"{Figures.Score(scenario.AverageScore)}{PlusMinus(scenario.StandardError)}");
        Row(page, "Error rate", Figures.Percent(scenario.ErrorRate));
        WriteSafety(page, result);
        WritePerformance(page, result);
        Row(page, "Run", $"{MarkdownText.Code(result.RunId)}, {Figures.Time(result.StartedAt)}, "
            + $"took {Figures.Duration((result.FinishedAt - result.StartedAt).TotalSeconds)}, seed {result.Environment.Seed.ToString(CultureInfo.InvariantCulture)}");
        page.Append('\n');
    }

    private static void WriteSafety(StringBuilder page, RunResult result)
    {
        var (safety, redTeam, replay) = (result.Metrics.Safety, result.Metrics.RedTeam, result.Metrics.Reproducibility);
        Row(page, "Safety grade", $"{Figures.Score(safety.SafetyGrade)} "
            + $"({Plural(safety.TotalViolations, "violation")} in {Plural(safety.EventsExamined, "event")})");
        if (redTeam.Enabled)
        {
            Row(page, "Red team", $"{redTeam.AttacksSurvived} of {Plural(redTeam.Attacks, "attack")} survived: "
                + $"{Figures.Percent(redTeam.SurvivalRate)}{Within(redTeam.SurvivalRateInterval)}");
        }

        if (replay.Enabled)
        {
            Row(page, "Reproducibility", $"{Figures.Score(replay.Score)} over {Plural(replay.TrialsReplayed, "replayed trial")}"
                + (replay.TrialsNotReplayed > 0 ? $"; {Plural(replay.TrialsNotReplayed, "replay")} could not be run" : ""));
        }
    }

    private static void WritePerformance(StringBuilder page, RunResult result)
    {
        var performance = result.Metrics.Performance;
        Row(page, "Time per trial", $"median {Figures.Duration(performance.P50Seconds)}, 95th percentile {Figures.Duration(performance.P95Seconds)}, "
            + $"longest {Figures.Duration(performance.MaxSeconds)}");
        Row(page, "Tokens", $"{Figures.Count(performance.InputTokens)} in, {Figures.Count(performance.OutputTokens)} out"
            + (performance.TokensEstimated ? " (estimated)" : "")
            + (performance.CostUsd is null ? "" : $", {MarkdownText.Escape(Figures.Usd(performance.CostUsd))}"));
    }

    private static void WriteGate(StringBuilder page, RunResult result)
    {
        var rows = GateRows.Of(result);
        if (rows.Count == 0)
        {
            return;
        }

        page.Append("## Gate\n\n| | limit | required | actual | what to look at |\n|---|---|---|---|---|\n");
        foreach (var row in rows)
        {
            page.Append(CultureInfo.InvariantCulture, $"| {(row.Met ? "✅" : "❌")} | {MarkdownText.Code(row.Name)} | {MarkdownText.Escape(row.Bound)} ");
            page.Append(CultureInfo.InvariantCulture, $"| {MarkdownText.Escape(row.Actual)} | {MarkdownText.Escape(row.Remedy)} |\n");
        }

        page.Append('\n');
    }

    private static void WriteTrials(StringBuilder page, string title, ReportInput input, Func<TrialResult, bool> belongs)
    {
        var trials = input.Trials.Where(belongs).ToList();
        if (trials.Count == 0)
        {
            return;
        }

        page.Append("## ").Append(title).Append("\n\n| trial | status | score | why |\n|---|---|---|---|\n");
        foreach (var trial in trials.Take(MaxListed))
        {
            page.Append(CultureInfo.InvariantCulture, $"| {MarkdownText.Code(trial.TrialId)} | {trial.Status.Word()} | {Figures.Score(trial.Score)} ");
            page.Append(CultureInfo.InvariantCulture, $"| {MarkdownText.Escape(TrialReason.Of(trial), MaxReason)} |\n");
        }

        page.Append('\n');
        if (trials.Count > MaxListed)
        {
            page.Append(CultureInfo.InvariantCulture, $"… and {trials.Count - MaxListed} more of the {input.Trials.Count} trials listed.\n\n");
        }
    }

    private static void WriteViolations(StringBuilder page, ReportInput input)
    {
        var total = input.Result.Metrics.Safety.TotalViolations;
        var worst = input.Result.Violations.Worst.Take(MaxViolations).ToList();
        if (worst.Count == 0)
        {
            return;
        }

        page.Append(CultureInfo.InvariantCulture, $"## Worst violations ({worst.Count} of {total})\n\n");
        page.Append("| severity | validator | type | trial | event | what | evidence |\n|---|---|---|---|---|---|---|\n");
        foreach (var violation in worst)
        {
            page.Append(CultureInfo.InvariantCulture, $"| {violation.Severity.Word()} | {MarkdownText.Code(violation.Validator)} ");
            page.Append(CultureInfo.InvariantCulture, $"| {MarkdownText.Code(violation.Type)} | {MarkdownText.Code(violation.TrialId)} | {violation.Seq} ");
            page.Append(CultureInfo.InvariantCulture, $"| {MarkdownText.Escape(violation.Message, MaxReason)} | {MarkdownText.Escape(violation.Evidence, MaxReason)} |\n");
        }

        page.Append('\n');
    }

    private static void Row(StringBuilder page, string name, string value) => page.Append("| ").Append(name).Append(" | ").Append(value).Append(" |\n");

    private static string Sign(RunResult result) => result.Verdict switch
    {
        Verdict.Passed => "✅",
        Verdict.Inconclusive => "⚠️",
        _ => "❌",
    };

    private static string Named(string name, string? version) =>
        version is null ? MarkdownText.Escape(name) : $"{MarkdownText.Escape(name)} {MarkdownText.Escape(version)}";

    private static string Model(AgentIdentity agent) => agent.Model is null ? "" : $", {MarkdownText.Escape(agent.Model)}";

    private static string Within(IReadOnlyList<double>? interval) => interval is null ? "" : $" (95 %: {Figures.Interval(interval)})";

    private static string PlusMinus(double? error) => error is null ? "" : $" ± {Figures.Score(error)} (standard error)";

    private static string Counts(ScenarioMetrics scenario) =>
        $"{Plural(scenario.TotalTrials, "trial")} of {Plural(scenario.TotalScenarios, "scenario")}: "
        + string.Join(", ", StatusCounts.Of(scenario).Where(entry => entry.Count > 0).Select(entry => $"{entry.Count} {entry.Label}"));

    private static string Excluded(ScenarioMetrics scenario)
    {
        var excluded = scenario.TotalTrials - scenario.Passed - scenario.Failed;
        return excluded == 0 ? "" : $", {Plural(excluded, "trial")} without a verdict excluded";
    }

    private static string Plural(int count, string word) => $"{Figures.Count(count)} {word}{(count == 1 ? "" : "s")}";
}
