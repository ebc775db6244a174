namespace AgentEval.Core.Reports;

/// <summary>One way of writing a finished run down. A new one is one file and one line in <see cref="ReportCatalogue"/>.</summary>
public interface IReportFormat
{
    /// <summary>The word of <c>report?format=</c>.</summary>
    string Name { get; }

    string ContentType { get; }

    /// <summary>The file's name in an output folder, such as <c>report.md</c>.</summary>
    string FileName { get; }

    string Write(ReportInput input);
}
