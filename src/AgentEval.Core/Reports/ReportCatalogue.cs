using AgentEval.Core.Reports.Html;

namespace AgentEval.Core.Reports;

/// <summary>The report formats there are.</summary>
public static class ReportCatalogue
{
    public static IReadOnlyList<IReportFormat> All { get; } =
    [
        new JsonReport(),
        new MarkdownReport(),
        new JUnitReport(),
        new HtmlReport(),
    ];

    /// <summary>Null when there is no such format in this version.</summary>
    public static IReportFormat? Find(string name) => All.FirstOrDefault(format => format.Name == name);
}
