using System.Text.Json.Nodes;
using AgentEval.Cli.Rendering;
using AgentEval.Cli.Runs;
using AgentEval.Client;
using AgentEval.Client.Tests.Fakes;
using AgentEval.Core.Runs;
using Spectre.Console;

namespace AgentEval.Cli.Tests.Rendering;

public sealed class ResultViewTests
{
    private static string Render(RunResult result, params TrialResult[] why)
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(text), Ansi = AnsiSupport.No });
        console.Profile.Width = 120;
        ResultView.Write(console, new FinishedRun(new RunSnapshot
        {
            RunId = result.RunId,
            Status = result.Status,
            Progress = new RunProgress(),
            Document = new JsonObject(),
            Result = result,
        }, why));
        return text.ToString();
    }

    [Fact]
    public void Write_FailedRun_TellsVerdictBrokenLimitsFiguresAndTheWorst()
    {
        var text = Render(SampleRuns.Finished(Verdict.Failed));

        Assert.Contains("FAILED  suite 1.0.0 on bot", text, StringComparison.Ordinal);
        Assert.Contains("✗ minPassRate: The pass rate is 0.75, at least 1.00 is required.", text, StringComparison.Ordinal);
        Assert.Matches(@"Pass rate\s+75 % \(30 % to 95 %\)", text);
        Assert.Matches(@"Run\s+4 trials of 4 scenarios: 3 passed, 1 failed", text);
        Assert.Matches(@"Reproducibility\s+0\.98 over 2 replayed trials, reproducible", text);
        Assert.Matches(@"refund\s+│?\s*failed\s+│?\s*0\.40", text);
        Assert.Matches(@"critical\s+│?\s*pii CREDIT_CARD\s+│?\s*refund~1\s+│?\s*4111••••1111", text);
    }

    [Fact]
    public void Write_ScenarioDidNotPass_TellsWhy()
    {
        var error = new TrialError("agentUnreachable", "No connection to http://127.0.0.1:5100/chat: refused " + new string('x', 200));
        var trial = SampleRuns.Trial("refund") with { Status = TrialStatus.Error, Error = error };

        var text = Render(SampleRuns.Finished(Verdict.Failed), trial);

        Assert.Contains("No connection to http://127.0.0.1:5100/chat:", text, StringComparison.Ordinal);
        Assert.DoesNotContain(new string('x', 121), text.Replace("\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Tables_HaveOneBlankLineBetween()
    {
        var text = Render(SampleRuns.Finished(Verdict.Failed)).ReplaceLineEndings("\n");

        var lines = text.Split('\n').Select(line => line.Trim()).ToList();
        Assert.Equal(2, lines.Count(line => line.Contains('─', StringComparison.Ordinal)));
        Assert.DoesNotContain(lines.Zip(lines.Skip(1)), pair => pair.First.Length + pair.Second.Length == 0);
    }

    [Fact]
    public void Write_PassedRunWithoutViolations_TellsNoTables()
    {
        var result = SampleRuns.Finished(Verdict.Passed) with { Scenarios = [], Violations = new ViolationOverview(0, []) };

        var text = Render(result);

        Assert.Contains("PASSED", text, StringComparison.Ordinal);
        Assert.DoesNotContain("✗", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Worst violations", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_TextWithMarkup_IsShownAsItIs()
    {
        var result = SampleRuns.Finished(Verdict.Failed) with { Message = "[red]not markup[/" };

        Assert.Contains("[red]not markup[/", Render(result), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "–")]
    [InlineData(0.0123, "12 ms")]
    [InlineData(4.25, "4.3 s")]
    [InlineData(125.3, "2 min 5 s")]
    public void Duration_OfSeconds_ReadsNaturally(double? seconds, string expected) => Assert.Equal(expected, Figures.Duration(seconds));

    [Fact]
    public void ProgressLine_WithEnds_NamesThoseThereAre()
    {
        var progress = new RunProgress { Total = 40, Completed = 12, Passed = 11, Failed = 1, Percent = 30, EtaSeconds = 20 };

        Assert.Equal("12/40 trials, 11 passed, 1 failed (30 %), about 20.0 s left", ProgressDisplay.Line(progress));
    }

    [Theory]
    [InlineData(null, "3/8 trials, 3 passed (38 %)")]
    [InlineData(0.9, "3/8 trials, 3 passed (38 %), almost done")]
    [InlineData(2.0, "3/8 trials, 3 passed (38 %), about 2.0 s left")]
    public void ProgressLine_LittleIsLeft_CountsNoMilliseconds(double? left, string expected) =>
        Assert.Equal(expected, ProgressDisplay.Line(new RunProgress { Total = 8, Completed = 3, Passed = 3, Percent = 37.5, EtaSeconds = left }));

    [Fact]
    public void ProgressLine_OfACancelledRun_SaysWhatTheResultSays()
    {
        var progress = new RunProgress { Total = 8, Completed = 8, Passed = 3, Skipped = 5, Percent = 100 };

        Assert.Equal("8/8 trials, 3 passed, 5 skipped or cancelled (100 %)", ProgressDisplay.Line(progress));
    }
}
