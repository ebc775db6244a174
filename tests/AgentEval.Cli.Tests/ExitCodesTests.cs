using System.Net;
using System.Text.Json.Nodes;
using AgentEval.Cli.Runs;
using AgentEval.Client;
using AgentEval.Client.Tests.Fakes;
using AgentEval.Core.Api;
using AgentEval.Core.Runs;

namespace AgentEval.Cli.Tests;

public sealed class ExitCodesTests
{
    [Theory]
    [InlineData(400, 2)]
    [InlineData(404, 2)]
    [InlineData(409, 2)]
    [InlineData(411, 2)]
    [InlineData(413, 2)]
    [InlineData(415, 2)]
    [InlineData(422, 2)]
    [InlineData(401, 2)]
    [InlineData(429, 3)]
    [InlineData(500, 3)]
    [InlineData(503, 3)]
    public void Of_RefusalOfTheService_FollowsItsStatus(int status, int expected)
    {
        var e = new AgentEvalApiException((HttpStatusCode)status, new ApiProblem { Title = "x", Status = status });

        Assert.Equal(expected, ExitCodes.Of(e));
    }

    [Fact]
    public void Of_Exceptions_TellsBadInputTroubleAndCancellationApart()
    {
        Assert.Equal(2, ExitCodes.Of(CliException.BadInput("x")));
        Assert.Equal(3, ExitCodes.Of(CliException.Trouble("x")));
        Assert.Equal(3, ExitCodes.Of(new AgentEvalConnectionException("x")));
        Assert.Equal(3, ExitCodes.Of(new InvalidOperationException("x")));
        Assert.Equal(130, ExitCodes.Of(new OperationCanceledException()));
    }

    [Theory]
    [InlineData(RunStatus.Completed, Verdict.Passed, 0)]
    [InlineData(RunStatus.Completed, Verdict.Failed, 1)]
    [InlineData(RunStatus.Completed, Verdict.Inconclusive, 4)]
    [InlineData(RunStatus.Failed, null, 3)]
    [InlineData(RunStatus.Cancelled, null, 130)]
    public void Of_FinishedRun_FollowsStatusAndVerdict(RunStatus status, Verdict? verdict, int expected)
    {
        var run = new RunSnapshot
        {
            RunId = "r",
            Status = status,
            Progress = new RunProgress(),
            Document = new JsonObject(),
            Result = verdict is null ? null : SampleRuns.Finished(verdict, status),
        };

        Assert.Equal(expected, ExitCodes.Of(new FinishedRun(run, [])));
    }

    [Theory]
    [InlineData(0, "agentUnreachable", "agentUnreachable", 3)]
    [InlineData(0, "agentUnreachable", "agentStatus", 4)]
    [InlineData(1, "agentUnreachable", "agentUnreachable", 4)]
    public void Of_InconclusiveRun_IsTroubleWhereNobodyAnswered(int passed, string first, string second, int expected)
    {
        var result = SampleRuns.Finished(Verdict.Inconclusive);
        var scenario = result.Metrics.Scenario with { Passed = passed, Failed = 0 };
        var run = new RunSnapshot
        {
            RunId = "r",
            Status = RunStatus.Completed,
            Progress = new RunProgress(),
            Document = [],
            Result = result with { Metrics = result.Metrics with { Scenario = scenario } },
        };
        TrialResult[] unmet = [.. new[] { first, second }.Select(code => SampleRuns.Trial("a") with { Error = new TrialError(code, "") })];

        Assert.Equal(expected, ExitCodes.Of(new FinishedRun(run, unmet)));
    }
}
