using AgentEval.Core.Problems;
using AgentEval.Core.Reports;
using AgentEval.Core.Runs;
using AgentEval.Functions.Storage;
using AgentEval.Functions.Triggers.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace AgentEval.Functions.Triggers;

/// <summary><c>GET /runs/{id}/report?format=</c>: as it was written when the run finished.</summary>
public sealed class GetReport(RunStore runs, ReportStore reports)
{
    [Function(nameof(GetReport))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{id}/report")] HttpRequestData request,
        string id) => request.AnswerAsync(async cancellationToken =>
    {
        var query = new RequestQuery(request);
        var format = FormatOf(query.Text("format") ?? "json");
        query.Check();
        var row = await runs.RequireAsync(id, cancellationToken);
        if (!row.Status.IsFinished())
        {
            throw ApiException.Conflict($"The run is {RunRow.Name(row.Status)}; its report is written when it ends.");
        }

        var content = await reports.FindAsync(id, format.FileName, cancellationToken)
            ?? throw ApiException.NotFound($"The run ended without a report: {row.Message ?? RunRow.Name(row.Status)}");
        return await request.ContentAsync(format.ContentType, content.ToMemory());
    });

    private static IReportFormat FormatOf(string name)
    {
        if (name is "sarif" or "inspect")
        {
            throw ApiException.BadRequest("format", ProblemCodes.NotAvailable, $"The format {name} is not available in this version.");
        }

        return ReportCatalogue.Find(name)
            ?? throw ApiException.BadRequest("format", ProblemCodes.InvalidValue, $"'{name}' is none of {string.Join(", ", ReportCatalogue.All.Select(format => format.Name))}.");
    }
}
