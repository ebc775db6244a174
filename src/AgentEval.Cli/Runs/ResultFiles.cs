using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentEval.Client;
using AgentEval.Core.Json;

namespace AgentEval.Cli.Runs;

/// <summary>Writes what a finished run leaves: results, a summary, reports.</summary>
internal sealed class ResultFiles(AgentEvalClient client, CliLog log)
{
    private static readonly (ReportFormat Format, string Name)[] FolderReports =
    [
        (ReportFormat.Markdown, "report.md"), (ReportFormat.Html, "report.html"), (ReportFormat.Junit, "junit.xml"),
    ];

    /// <returns>The files that were written.</returns>
    public async Task<IReadOnlyList<string>> WriteAsync(RunSnapshot run, RunOutputs outputs, CancellationToken cancellationToken)
    {
        var written = new List<string>();
        foreach (var (format, path) in outputs.Reports)
        {
            await WriteReportAsync(run.RunId, format, path, written, cancellationToken);
        }

        if (outputs.Folder is { } folder)
        {
            await WriteJsonAsync(Path.Combine(folder, "results.json"), run.Document, written, cancellationToken);
            await WriteJsonAsync(Path.Combine(folder, "summary.json"), Summary(run), written, cancellationToken);
            await WriteFolderReportsAsync(run.RunId, folder, FolderReports, written, cancellationToken);
        }

        return written;
    }

    /// <summary>The reports of <c>demo</c>: <c>report.json</c>, <c>report.md</c>, <c>report.html</c>, <c>junit.xml</c>.</summary>
    public async Task<IReadOnlyList<string>> WriteReportsAsync(RunSnapshot run, string folder, CancellationToken cancellationToken)
    {
        var written = new List<string>();
        await WriteFolderReportsAsync(run.RunId, folder, [(ReportFormat.Json, "report.json"), .. FolderReports], written, cancellationToken);
        return written;
    }

    // What a report was named for by itself is not written a second time.
    private async Task WriteFolderReportsAsync(
        string runId, string folder, IReadOnlyList<(ReportFormat Format, string Name)> reports, List<string> written, CancellationToken cancellationToken)
    {
        List<string> named = [.. written.Select(Path.GetFullPath)];
        foreach (var (format, name) in reports.Where(report => !named.Contains(Path.GetFullPath(Path.Combine(folder, report.Name)))))
        {
            try
            {
                await WriteReportAsync(runId, format, Path.Combine(folder, name), written, cancellationToken);
            }
            catch (AgentEvalApiException e) when (e.Status is HttpStatusCode.BadRequest or HttpStatusCode.NotFound or HttpStatusCode.NotImplemented or HttpStatusCode.Conflict)
            {
                log.Warning($"{name} is not there: {e.Message}");
            }
        }
    }

    private async Task WriteReportAsync(string runId, ReportFormat format, string path, List<string> written, CancellationToken cancellationToken) =>
        await WriteAsync(path, await client.GetReportAsync(runId, format, cancellationToken), written, cancellationToken);

    private static Task WriteJsonAsync(string path, JsonNode document, List<string> written, CancellationToken cancellationToken) =>
        WriteAsync(path, JsonSerializer.SerializeToUtf8Bytes(document, AgentEvalJson.Indented), written, cancellationToken);

    private static async Task WriteAsync(string path, byte[] content, List<string> written, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        await File.WriteAllBytesAsync(path, content, cancellationToken);
        written.Add(path);
    }

    private static JsonObject Summary(RunSnapshot run)
    {
        var summary = new JsonObject { ["schemaVersion"] = 1 };
        foreach (var key in new[] { "runId", "status", "verdict", "passed", "gateFailures", "metrics", "suite", "agent", "startedAt", "finishedAt", "message" })
        {
            summary[key] = run.Document[key]?.DeepClone();
        }

        return summary;
    }
}
