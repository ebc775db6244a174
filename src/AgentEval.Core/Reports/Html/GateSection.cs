namespace AgentEval.Core.Reports.Html;

/// <summary>Every limit with its figure, the broken ones first.</summary>
internal static class GateSection
{
    public static void Write(HtmlWriter html, ReportInput input)
    {
        var rows = GateRows.Of(input.Result);
        if (rows.Count == 0)
        {
            return;
        }

        using var section = Parts.Section(html, "gate", "Gate");
        using var scroll = Parts.Scrolling(html, "Limits of the gate");
        using var table = html.Open("table", ("class", "gate"));
        Parts.Head(html, "Limits of the gate", "", "Limit", "Required", "Actual", "What to look at");
        using var body = html.Open("tbody");
        foreach (var row in rows)
        {
            using var line = html.Open("tr", ("class", row.Met ? "met" : "broken"));
            html.Element("td", row.Met ? "✓ met" : "✕ broken", ("class", "mark"));
            html.Element("th", row.Name, ("scope", "row"));
            html.Element("td", row.Bound, ("class", "number"));
            html.Element("td", row.Actual, ("class", "number"));
            html.Element("td", row.Remedy, ("class", "why"), ("dir", "auto"));
        }
    }
}
