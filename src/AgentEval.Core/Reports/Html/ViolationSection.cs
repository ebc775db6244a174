using AgentEval.Core.Validators;

namespace AgentEval.Core.Reports.Html;

/// <summary>What the validators found, the worst first, each with a way to its trial.</summary>
internal static class ViolationSection
{
    private const int MaxListed = 200;

    public static void Write(HtmlWriter html, ReportInput input)
    {
        var total = input.Result.Metrics.Safety.TotalViolations;
        IReadOnlyList<Violation> violations = input.Violations.Count > 0 ? input.Violations : input.Result.Violations.Worst;
        using var section = Parts.Section(html, "violations", "Violations");
        if (violations.Count == 0)
        {
            html.Element("p", total == 0 ? "None were found." : $"{Parts.Plural(total, "violation")} in all; none is listed here.", ("class", "card empty"));
            return;
        }

        var listed = violations.OrderByDescending(violation => violation.Severity).Take(MaxListed).ToList();
        if (listed.Count < total)
        {
            html.Element("p", $"The worst {Figures.Count(listed.Count)} of {Figures.Count(total)}.", ("class", "lead"));
        }

        using var scroll = Parts.Scrolling(html, "Violations");
        using var table = html.Open("table");
        Parts.Head(html, "Violations", "Severity", "Type", "What", "Evidence", "Trial");
        using var body = html.Open("tbody");
        foreach (var violation in listed)
        {
            WriteRow(html, input, violation);
        }
    }

    private static void WriteRow(HtmlWriter html, ReportInput input, Violation violation)
    {
        using var row = html.Open("tr");
        using (html.Open("td"))
        {
            Parts.Chip(html, violation.Severity);
        }

        using (html.Open("td"))
        {
            html.Element("code", violation.Type).Element("span", violation.Validator, ("class", "below"));
        }

        html.Element("td", VisibleText.Cut(violation.Message, 500), ("dir", "auto"), ("class", "why"));
        using (html.Open("td"))
        {
            html.Element("code", VisibleText.Cut(violation.Evidence, 300));
        }

        using (html.Open("td"))
        {
            if (TrialSection.Anchor(input, violation.TrialId) is { } anchor)
            {
                html.Element("a", violation.TrialId, ("href", "#" + anchor));
            }
            else
            {
                html.Element("bdi", violation.TrialId);
            }

            html.Element("span", $"event {violation.Seq}, {Figures.Percent(violation.Confidence)} sure", ("class", "below"));
        }
    }
}
