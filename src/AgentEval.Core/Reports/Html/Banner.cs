using AgentEval.Core.Json;
using AgentEval.Core.Runs;

namespace AgentEval.Core.Reports.Html;

/// <summary>What was evaluated, how it ended and why, at a glance.</summary>
internal static class Banner
{
    public static void Write(HtmlWriter html, ReportInput input)
    {
        var result = input.Result;
        using var header = html.Open("header", ("class", "top"));
        using (html.Open("div", ("class", "bar")))
        {
            html.Element("span", "AgentEval", ("class", "brand"));
            html.Element("button", "Light / dark", ("type", "button"), ("id", "theme"), ("hidden", ""), ("aria-label", "Switch between light and dark colours"));
        }

        using (html.Open("div", ("class", "title")))
        {
            using (html.Open("h1"))
            {
                html.Element("bdi", result.Suite.Name).Text(" ").Element("small", result.Suite.Version);
            }

            html.Element("p", Subject(result.Agent), ("class", "subject"), ("dir", "auto"));
        }

        WriteVerdict(html, input);
        WriteFacts(html, result);
    }

    private static void WriteVerdict(HtmlWriter html, ReportInput input)
    {
        var result = input.Result;
        var word = result.Verdict?.Word() ?? result.Status.Word();
        using var verdict = html.Open("div", ("class", "verdict is-" + (result.Verdict ?? Verdict.Failed).Word()), ("role", "status"));
        html.Element("span", Sign(result.Verdict), ("class", "sign"), ("aria-hidden", "true"));
        using (html.Open("div"))
        {
            html.Element("p", char.ToUpperInvariant(word[0]) + word[1..], ("class", "word"));
            html.Element("p", Sentence(result), ("class", "sentence"));
            if (result.Message is { Length: > 0 } message)
            {
                html.Element("p", message, ("class", "sentence"), ("dir", "auto"));
            }
        }

        WriteCounts(html, result);
    }

    private static void WriteCounts(HtmlWriter html, RunResult result)
    {
        var counts = StatusCounts.Of(result.Metrics.Scenario).Where(entry => entry.Count > 0).ToList();
        using var block = html.Open("div", ("class", "counts"));
        var label = string.Join(", ", counts.Select(entry => $"{entry.Count} {entry.Label}"));
        Charts.Stack(html, label, [.. counts.Select(entry => ("s-" + entry.Status.Word(), entry.Count))]);
        using var legend = html.Open("ul", ("class", "legend"));
        foreach (var entry in counts)
        {
            using var item = html.Open("li", ("class", "s-" + entry.Status.Word()));
            html.Element("strong", Figures.Count(entry.Count)).Text(" " + entry.Label);
        }
    }

    private static void WriteFacts(HtmlWriter html, RunResult result)
    {
        using var facts = html.Open("dl", ("class", "facts"));
        Parts.Fact(html, "Run", result.RunId);
        Parts.Fact(html, "Started", Figures.Time(result.StartedAt));
        Parts.Fact(html, "Took", Figures.Duration((result.FinishedAt - result.StartedAt).TotalSeconds));
        Parts.Fact(html, "Seed", result.Environment.Seed.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Parts.Fact(html, "Started by", result.InitiatedBy);
        foreach (var (name, value) in result.Labels)
        {
            Parts.Fact(html, name, value);
        }
    }

    private static string Subject(AgentIdentity agent) =>
        string.Join(" · ", new[] { $"{agent.Name} {agent.Version}".Trim(), agent.Type, agent.Model }.Where(part => !string.IsNullOrEmpty(part)));

    private static string Sign(Verdict? verdict) => verdict switch
    {
        Verdict.Passed => "✓",
        Verdict.Inconclusive => "?",
        _ => "✕",
    };

    private static string Sentence(RunResult result)
    {
        var scenario = result.Metrics.Scenario;
        var judged = scenario.Passed + scenario.Failed;
        var excluded = scenario.TotalTrials - judged;
        var first = $"{Figures.Count(scenario.Passed)} of {Parts.Plural(judged, "judged trial")} passed";
        var without = excluded == 0 ? "" : $", {Figures.Count(excluded)} ended without a verdict and count in no rate";
        var gate = result.GateFailures.Count switch
        {
            0 => "",
            1 => " One limit of the gate is broken.",
            var broken => $" {broken} limits of the gate are broken.",
        };
        return $"{first}{without}.{gate}";
    }
}
