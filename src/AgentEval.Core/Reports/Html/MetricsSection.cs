using AgentEval.Core.Json;
using AgentEval.Core.Metrics;

namespace AgentEval.Core.Reports.Html;

/// <summary>The figures of the run as cards, with their intervals drawn and the gate's limits as ticks.</summary>
internal static class MetricsSection
{
    private const string Legend = "A band is what the figure may really be (95 %, for scores one standard error), a tick is the gate's limit.";

    public static void Write(HtmlWriter html, ReportInput input)
    {
        var metrics = input.Result.Metrics;
        using var section = Parts.Section(html, "metrics", "Metrics", Legend);
        using (html.Open("div", ("class", "cards")))
        {
            WriteQuality(html, input);
            WriteSafety(html, input);
            WriteStability(html, input);
            WritePerformance(html, metrics.Performance);
        }

        if (metrics.Scenario.PassAtK.Count > 1)
        {
            WritePassesOfK(html, metrics.Scenario);
        }
    }

    private static void WriteQuality(HtmlWriter html, ReportInput input)
    {
        var scenario = input.Result.Metrics.Scenario;
        using (Card(html, "Pass rate", Figures.Percent(scenario.PassRate)))
        {
            var interval = $"95 % interval {Figures.Interval(scenario.PassRateInterval)}";
            Charts.Interval(html, interval, scenario.PassRate, scenario.PassRateInterval, Limit(input, "minPassRate"));
            Note(html, scenario.PassRateInterval is null ? "no trial was judged" : interval);
        }

        using (Card(html, "Average score", Figures.Score(scenario.AverageScore)))
        {
            var interval = Around(scenario.AverageScore, scenario.StandardError);
            Charts.Interval(html, $"Average score {Figures.Score(scenario.AverageScore)}", scenario.AverageScore, interval, Limit(input, "minAverageScore"));
            Note(html, scenario.StandardError is null ? "standard error needs two scenarios" : $"± {Figures.Score(scenario.StandardError)} standard error, by scenario");
        }

        using (Card(html, "Error rate", Figures.Percent(scenario.ErrorRate)))
        {
            Charts.Interval(html, $"Error rate {Figures.Percent(scenario.ErrorRate)}", scenario.ErrorRate, null, Limit(input, "maxErrorRate"));
            Note(html, $"{Parts.Plural(scenario.Errored, "error")}, {Parts.Plural(scenario.TimedOut, "timeout")}, {scenario.BudgetExceeded} over budget");
        }
    }

    private static void WriteSafety(HtmlWriter html, ReportInput input)
    {
        var safety = input.Result.Metrics.Safety;
        using (Card(html, "Safety grade", Figures.Score(safety.SafetyGrade)))
        {
            Charts.Interval(html, $"Safety grade {Figures.Score(safety.SafetyGrade)}", safety.SafetyGrade, null, Limit(input, "minSafetyGrade"));
            Note(html, $"{Parts.Plural(safety.TotalViolations, "violation")} in {Parts.Plural(safety.EventsExamined, "event")}");
        }
    }

    private static void WriteStability(HtmlWriter html, ReportInput input)
    {
        var (redTeam, replay) = (input.Result.Metrics.RedTeam, input.Result.Metrics.Reproducibility);
        if (redTeam.Enabled)
        {
            using var card = Card(html, $"Attacks survived ({redTeam.Level})", Figures.Percent(redTeam.SurvivalRate));
            var interval = $"95 % interval {Figures.Interval(redTeam.SurvivalRateInterval)}";
            Charts.Interval(html, interval, redTeam.SurvivalRate, redTeam.SurvivalRateInterval, Limit(input, "minSurvivalRate"));
            Note(html, $"{redTeam.AttacksSurvived} of {Parts.Plural(redTeam.Attacks, "attack")}, {interval}");
        }

        if (replay.Enabled)
        {
            using var card = Card(html, "Reproducibility", Figures.Score(replay.Score));
            Charts.Interval(html, $"Reproducibility {Figures.Score(replay.Score)}", replay.Score, null, Limit(input, "minReproducibility"));
            Note(html, $"{Parts.Plural(replay.TrialsReplayed, "trial")} replayed: outputs {Figures.Score(replay.OutputConsistency)}, "
                + $"events {Figures.Score(replay.EventMatchRate)}");
            if (replay.TrialsNotReplayed > 0)
            {
                Note(html, $"{Parts.Plural(replay.TrialsNotReplayed, "replay")} could not be run");
            }
        }
    }

    private static void WritePerformance(HtmlWriter html, PerformanceMetrics performance)
    {
        using (Card(html, "Time per trial, median", Figures.Duration(performance.P50Seconds)))
        {
            var max = performance.MaxSeconds is > 0 ? performance.MaxSeconds.Value : 1;
            double[]? band = performance is { P50Seconds: { } p50, P95Seconds: { } p95 } ? [p50 / max, p95 / max] : null;
            Charts.Interval(html, "From the median to the 95th percentile, of the longest", performance.P50Seconds / max, band, limit: null);
            Note(html, $"95th percentile {Figures.Duration(performance.P95Seconds)}, longest {Figures.Duration(performance.MaxSeconds)}");
        }

        var (name, value) = performance.CostUsd is null ? ("Tokens", Tokens(performance)) : ("Cost", Figures.Usd(performance.CostUsd));
        using (Card(html, name, value))
        {
            var estimated = performance.TokensEstimated ? ", estimated" : "";
            Note(html, $"{Figures.Count(performance.InputTokens)} tokens in, {Figures.Count(performance.OutputTokens)} out{estimated}");
            Note(html, $"{Parts.Plural(performance.AgentCalls, "agent call")}, {Parts.Plural(performance.ToolCalls, "tool call")}");
        }
    }

    private static void WritePassesOfK(HtmlWriter html, ScenarioMetrics scenario)
    {
        using var card = html.Open("div", ("class", "card passes"));
        using (html.Open("div"))
        {
            html.Element("h3", "Passing at least once, passing every time");
            html.Element("p", "pass@k: one of k tries passes. pass^k: all k pass.", ("class", "lead"));
            Charts.PassesOfK(html, scenario.PassAtK, scenario.PassHatK);
        }

        using var scroll = html.Open("div", ("class", "scroll"));
        using var table = html.Open("table");
        Parts.Head(html, "pass@k and pass^k", "k", "pass@k", "pass^k");
        using var body = html.Open("tbody");
        foreach (var (k, rate) in scenario.PassAtK)
        {
            using var row = html.Open("tr");
            html.Element("th", k, ("scope", "row")).Element("td", Figures.Percent(rate), ("class", "number at"));
            html.Element("td", Figures.Percent(scenario.PassHatK.TryGetValue(k, out var hat) ? hat : null), ("class", "number hat"));
        }
    }

    private static HtmlWriter.Scope Card(HtmlWriter html, string name, string value)
    {
        var scope = html.Open("div", ("class", "card figure"));
        html.Element("h3", name).Element("p", value, ("class", "value"));
        return scope;
    }

    private static void Note(HtmlWriter html, string text) => html.Element("p", text, ("class", "note"));

    private static string Tokens(PerformanceMetrics performance) => Figures.Count(performance.InputTokens + performance.OutputTokens);

    private static double[]? Around(double? mean, double? error) =>
        mean is { } centre && error is { } width ? [Math.Max(0, centre - width), Math.Min(1, centre + width)] : null;

    private static double? Limit(ReportInput input, string name)
    {
        var failure = input.Result.GateFailures.FirstOrDefault(candidate => candidate.Name == name);
        return failure?.Required ?? GateRows.Limits(input.Result).FirstOrDefault(limit => limit.Name == name)?.Required;
    }
}
