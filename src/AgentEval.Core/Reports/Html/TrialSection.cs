using System.Globalization;
using AgentEval.Core.Criteria;
using AgentEval.Core.Json;
using AgentEval.Core.Runs;

namespace AgentEval.Core.Reports.Html;

/// <summary>Every listed trial to unfold: why it ended so, what was said, and its trace.</summary>
internal static class TrialSection
{
    public static void Write(HtmlWriter html, ReportInput input)
    {
        var lead = input.Trials.Count < input.TotalTrials
            ? $"{Figures.Count(input.Trials.Count)} of {Figures.Count(input.TotalTrials)} trials, those that did not pass first. The rest is in the run's trials."
            : null;
        using var section = Parts.Section(html, "trials", "Trials", lead);
        if (input.Trials.Count == 0)
        {
            html.Element("p", "No trial is listed.", ("class", "card empty"));
        }

        foreach (var (index, trial) in input.Trials.Index())
        {
            WriteTrial(html, input, trial, index);
        }
    }

    /// <summary>The id of the trial's element; null when it is not listed.</summary>
    public static string? Anchor(ReportInput input, string trialId)
    {
        for (var index = 0; index < input.Trials.Count; index++)
        {
            if (input.Trials[index].TrialId == trialId)
            {
                return AnchorOf(index);
            }
        }

        return null;
    }

    private static string AnchorOf(int index) => "trial-" + index.ToString(CultureInfo.InvariantCulture);

    private static void WriteTrial(HtmlWriter html, ReportInput input, TrialResult trial, int index)
    {
        // The first trouble is open: a reader comes for it.
        var open = index == 0 && trial.Status != TrialStatus.Passed ? "" : null;
        using var details = html.Open(
            "details", ("class", "card trial"), ("id", AnchorOf(index)), ("data-status", trial.Status.Word()), ("open", open));
        WriteSummary(html, trial);
        using var content = html.Open("div", ("class", "content"));
        if (trial.Error is { } error)
        {
            var calm = trial.Status.IsScored() || trial.Status == TrialStatus.Skipped;
            using var callout = html.Open("p", ("class", calm ? "callout" : "callout bad"), ("dir", "auto"));
            html.Element("code", error.Code).Text(" " + VisibleText.Cut(error.Message, 2000));
        }

        WriteCriteria(html, trial);
        WriteDeviations(html, trial);
        WriteTexts(html, trial);
        WriteFacts(html, trial);
        if (input.Traces.TryGetValue(trial.TrialId, out var events) && events.Count > 0)
        {
            TraceView.Write(html, events);
        }
    }

    private static void WriteSummary(HtmlWriter html, TrialResult trial)
    {
        using var summary = html.Open("summary");
        Parts.Chip(html, trial.Status);
        using (html.Open("span", ("class", "name")))
        {
            html.Element("bdi", trial.Name).Text(" ").Element("code", trial.TrialId);
        }

        if (trial.Attack is { } attack)
        {
            html.Element("span", "attack: " + attack, ("class", "chip attack"));
        }

        if (trial.Violations > 0)
        {
            html.Element("span", Parts.Plural(trial.Violations, "violation"), ("class", "chip v-high"));
        }

        html.Element("span", trial.Score is null ? "" : Figures.Score(trial.Score), ("class", "score"));
        html.Element("span", trial.Seconds is null ? "" : Figures.Duration(trial.Seconds), ("class", "time"));
    }

    private static void WriteCriteria(HtmlWriter html, TrialResult trial)
    {
        if (trial.Criteria.Count == 0)
        {
            return;
        }

        html.Element("h4", $"Criteria (passes from {Figures.Score(trial.PassThreshold)})");
        using var list = html.Open("ul", ("class", "criteria"));
        foreach (var criterion in trial.Criteria.OrderBy(criterion => criterion.Passed))
        {
            WriteCriterion(html, criterion);
        }
    }

    private static void WriteCriterion(HtmlWriter html, CriterionResult criterion)
    {
        using var item = html.Open("li", ("class", criterion.Passed ? "met" : "unmet"));
        html.Element("span", criterion.Passed ? "✓" : "✕", ("class", "mark"), ("aria-label", criterion.Passed ? "met" : "not met"), ("role", "img"));
        using (html.Open("div"))
        {
            using (html.Open("p", ("class", "line")))
            {
                html.Element("strong", criterion.Name, ("dir", "auto"));
                if (criterion.Required)
                {
                    html.Element("span", "required", ("class", "chip attack"));
                }
            }

            html.Element("p", VisibleText.Cut(criterion.Reason, 2000), ("dir", "auto"));
            if (criterion.Evidence is { Length: > 0 } evidence)
            {
                html.Element("code", VisibleText.Cut(evidence, 500));
            }

            if (!criterion.Passed && criterion.Suggestion is { Length: > 0 } suggestion)
            {
                html.Element("p", suggestion, ("class", "hint"), ("dir", "auto"));
            }
        }

        using var score = html.Open("div", ("class", "criterion-score"));
        html.Element("span", Figures.Score(criterion.Score));
        Charts.Meter(html, $"Score {Figures.Score(criterion.Score)}", criterion.Score, criterion.Passed ? "good" : "bad");
    }

    private static void WriteDeviations(HtmlWriter html, TrialResult trial)
    {
        if (trial.Deviations.Count == 0)
        {
            return;
        }

        html.Element("h4", "Deviations from the script");
        using var list = html.Open("ul", ("class", "deviations"));
        foreach (var deviation in trial.Deviations)
        {
            using var item = html.Open("li", ("dir", "auto"));
            html.Element("code", deviation.Code).Text($" turn {deviation.Turn + 1}: {VisibleText.Cut(deviation.Message, 1000)}");
        }
    }

    private static void WriteTexts(HtmlWriter html, TrialResult trial)
    {
        using var texts = html.Open("div", ("class", "texts"));
        if (trial.Input is { } input)
        {
            using var block = html.Open("div");
            html.Element("h4", "Input");
            using var pre = html.Open("pre", ("dir", "auto"));
            Parts.Said(html, Parts.Json(input), []);
        }

        if (trial.Output is { } output)
        {
            using var block = html.Open("div");
            html.Element("h4", trial.OutputTruncated ? "Output, cut at the limit" : "Output");
            using var pre = html.Open("pre", ("dir", "auto"));
            Parts.Said(html, output, []);
        }
    }

    private static void WriteFacts(HtmlWriter html, TrialResult trial)
    {
        using var facts = html.Open("dl", ("class", "facts"));
        Parts.Fact(html, "Category", trial.Category);
        Parts.Fact(html, "Difficulty", trial.Difficulty.Word());
        Parts.Fact(html, "Tags", string.Join(", ", trial.Tags));
        Parts.Fact(html, "Agent calls", Figures.Count(trial.AgentCalls));
        Parts.Fact(html, "Tool calls", trial.ToolCalls == 0 ? null : Figures.Count(trial.ToolCalls));
        Parts.Fact(html, "Tokens", Tokens(trial.Usage));
        Parts.Fact(html, "Cost", Figures.Usd(trial.Usage.CostUsd));
        Parts.Fact(html, "Executions", trial.Attempts > 1 ? Figures.Count(trial.Attempts) : null);
        Parts.Fact(html, "Seed", trial.Seed.ToString(CultureInfo.InvariantCulture));
    }

    private static string? Tokens(TokenUsage usage) => usage.InputTokens + usage.OutputTokens == 0
        ? null
        : $"{Figures.Count(usage.InputTokens)} in, {Figures.Count(usage.OutputTokens)} out{(usage.Estimated ? ", estimated" : "")}";
}
