using System.Xml.Linq;
using AgentEval.Client;
using AgentEval.Core.Runs;
using AgentEval.Core.Traces;

namespace AgentEval.EndToEnd.Tests.Harness;

/// <summary>Looks whether everything that is kept of a run says the same.</summary>
internal static class Audit
{
    /// <summary>A run of <paramref name="trials"/> questions: all passed, each once in rows, traces, summary and reports.</summary>
    public static async Task EachOnceAsync(AgentEvalClient client, string runId, int trials)
    {
        var run = await client.FollowRunAsync(runId).WaitAsync(Patience.Limit);
        Assert.Equal(RunStatus.Completed, run.Status);
        var metrics = run.Result!.Metrics.Scenario;
        Assert.Equal((trials, trials, trials), (metrics.TotalScenarios, metrics.TotalTrials, metrics.Passed));
        Assert.Equal(trials, run.Result.Metrics.Performance.AgentCalls);
        Assert.Equal(trials, run.Progress.Completed);

        var expected = Enumerable.Range(1, trials).Select(number => $"{Questions.Id(number)}~1").ToList();
        var rows = await RowsAsync(client, runId);
        Assert.Equal(expected, rows.Select(row => row.TrialId).Order(StringComparer.Ordinal));
        Assert.All(rows, row => Assert.Equal(TrialStatus.Passed, row.Status));
        await Parallel.ForEachAsync(rows, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (row, _) => await TraceAsync(client, runId, row));

        var junit = XDocument.Parse(System.Text.Encoding.UTF8.GetString(await client.GetReportAsync(runId, ReportFormat.Junit)));
        Assert.Equal(expected.Count, junit.Descendants("testcase").Count());
        Assert.Empty(junit.Descendants("failure"));
    }

    public static async Task<IReadOnlyList<TrialResult>> RowsAsync(AgentEvalClient client, string runId)
    {
        List<TrialResult> rows = [];
        string? cursor = null;
        do
        {
            var page = await client.ListTrialsAsync(runId, new TrialQuery { Top = 70, Cursor = cursor });
            rows.AddRange(page.Items);
            cursor = page.Cursor;
        }
        while (cursor is not null);
        return rows;
    }

    private static async Task TraceAsync(AgentEvalClient client, string runId, TrialResult row)
    {
        List<TraceEvent> events = [];
        await foreach (var one in client.GetTraceAsync(runId, row.TrialId))
        {
            events.Add(one);
        }

        Assert.Equal(Enumerable.Range(1, events.Count), events.Select(one => one.Seq));
        Assert.Equal(TraceEventType.TrialFinished, events[^1].Type);
        Assert.Single(events, one => one.Type == TraceEventType.TrialFinished);
    }
}
