using System.Text.Json;
using AgentEval.Core.Json;

namespace AgentEval.Core.Reports;

/// <summary>The run result as the API gives it.</summary>
internal sealed class JsonReport : IReportFormat
{
    public string Name => "json";

    public string ContentType => "application/json; charset=utf-8";

    public string FileName => "report.json";

    public string Write(ReportInput input) => JsonSerializer.Serialize(input.Result, AgentEvalJson.Indented) + "\n";
}
