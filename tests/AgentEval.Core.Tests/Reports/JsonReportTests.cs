using System.Text.Json;
using System.Text.Json.Nodes;
using AgentEval.Core.Json;
using AgentEval.Core.Reports;
using AgentEval.Core.Runs;

namespace AgentEval.Core.Tests.Reports;

public sealed class JsonReportTests
{
    private static readonly JsonNode Report = JsonNode.Parse(ReportCatalogue.Find("json")!.Write(SampleRun.Plain()))!;

    [Fact]
    public void Write_SampleRun_HasTheKeysOfTheResult()
    {
        string[] expected =
        [
            "schemaVersion", "runId", "status", "verdict", "passed", "gateFailures", "metrics", "scenarios", "violations", "configuration", "initiatedBy",
            "suite", "agent", "environment", "startedAt", "finishedAt", "labels", "links", "message",
        ];

        Assert.Equal(expected, Report.AsObject().Select(pair => pair.Key));
        Assert.Equal(["scenario", "safety", "redTeam", "reproducibility", "performance"], Report["metrics"]!.AsObject().Select(pair => pair.Key));
    }

    [Fact]
    public void Write_AbsentFigures_AreNull()
    {
        var performance = Report["metrics"]!["performance"]!.AsObject();

        Assert.True(performance.ContainsKey("judgeCostUsd"));
        Assert.Null(performance["judgeCostUsd"]);
    }

    [Fact]
    public void Write_SampleRun_ReadsBack()
    {
        var read = Report.Deserialize<RunResult>(AgentEvalJson.Options)!;

        Assert.Equal(Verdict.Failed, read.Verdict);
        Assert.Equal(SampleRun.Plain().Result.Metrics.Scenario.PassRate, read.Metrics.Scenario.PassRate);
    }
}
