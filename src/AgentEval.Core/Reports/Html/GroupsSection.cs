using AgentEval.Core.Metrics;

namespace AgentEval.Core.Reports.Html;

/// <summary>The same trials by category, difficulty, tag and attack.</summary>
internal static class GroupsSection
{
    public static void Write(HtmlWriter html, ReportInput input)
    {
        var (scenario, redTeam) = (input.Result.Metrics.Scenario, input.Result.Metrics.RedTeam);
        (string Title, IReadOnlyDictionary<string, GroupMetrics> Groups)[] tables =
        [
            ("By category", scenario.ByCategory), ("By difficulty", scenario.ByDifficulty), ("By tag", scenario.ByTag), ("Attacks", redTeam.ByAttack),
        ];
        var shown = tables.Where(table => table.Groups.Count > 0 && !(table.Title != "Attacks" && table.Groups.Count == 1)).ToList();
        if (shown.Count == 0)
        {
            return;
        }

        using var section = Parts.Section(html, "groups", "Where it passes");
        using var tiles = html.Open("div", ("class", "groups"));
        foreach (var (title, groups) in shown)
        {
            WriteTable(html, title, groups);
        }
    }

    private static void WriteTable(HtmlWriter html, string title, IReadOnlyDictionary<string, GroupMetrics> groups)
    {
        using var card = Parts.Scrolling(html, title);
        html.Element("h3", title);
        using var table = html.Open("table");
        Parts.Head(html, title, "", "Pass rate", "", "Passed", "Time");
        using var body = html.Open("tbody");
        foreach (var (name, group) in groups.OrderBy(pair => pair.Value.PassRate ?? 2).ThenBy(pair => pair.Key, StringComparer.Ordinal))
        {
            using var row = html.Open("tr");
            using (html.Open("th", ("scope", "row")))
            {
                html.Element("bdi", name);
            }

            html.Element("td", Figures.Percent(group.PassRate), ("class", "number"));
            using (html.Open("td", ("class", "bar-cell")))
            {
                Charts.Meter(html, $"{name}: {Figures.Percent(group.PassRate)}", group.PassRate, group.Failed == 0 ? "good" : "bad");
            }

            html.Element("td", $"{group.Passed} of {group.Passed + group.Failed}", ("class", "number"));
            html.Element("td", Figures.Duration(group.Seconds), ("class", "number"));
        }
    }
}
