using AgentEval.Core.Reports;
using AgentEval.Core.Runs;

namespace AgentEval.Core.Tests.Reports;

public sealed class MarkdownReportTests
{
    private static string Write(ReportInput input) => ReportCatalogue.Find("markdown")!.Write(input);

    [Fact]
    public void Write_SampleRun_SumsUpVerdictCountsAndRates()
    {
        var page = Write(SampleRun.Plain());

        Assert.StartsWith("# ❌ customer-support: failed\n", page, StringComparison.Ordinal);
        Assert.Contains("| Agent | support-bot 2.1.0 (openai-chat, tiny-1) |", page, StringComparison.Ordinal);
        Assert.Contains("| Trials | 8 trials of 7 scenarios: 4 passed, 1 failed, 1 errored, 1 timed out, 1 skipped |", page, StringComparison.Ordinal);
        Assert.Contains("| Pass rate | 80.0 % (95 %: 37.5 to 96.4 %), 3 trials without a verdict excluded |", page, StringComparison.Ordinal);
        Assert.Contains("took 1 min 23 s, seed 12345 |", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_SampleRun_ListsTheWholeGate()
    {
        var page = Write(SampleRun.Plain());

        Assert.Contains("| ❌ | `minPassRate` | ≥ 90 % | 80 % | 4 of 5 judged trials passed.", page, StringComparison.Ordinal);
        Assert.Contains("| ✅ | `maxViolations` | ≤ 10 | 3 |  |", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_LongErrorText_IsCutAtTwoHundredCharacters()
    {
        var page = Write(SampleRun.Plain());

        var row = Assert.Single(page.Split('\n'), line => line.StartsWith("| `cancel-order~1` |", StringComparison.Ordinal));
        Assert.Equal(201, row.Split('|')[4].Trim().Length);
        Assert.EndsWith("x… |", row, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_ErroredAndSkippedTrials_StandApartFromTheFailed()
    {
        var page = Write(SampleRun.Plain());
        var (failed, without) = (page.IndexOf("## Failed trials", StringComparison.Ordinal), page.IndexOf("## Trials without a verdict", StringComparison.Ordinal));

        Assert.InRange(page.IndexOf("| `refund-happy-path~1` | failed | 0.55 | no card numbers: ", StringComparison.Ordinal), failed, without);
        Assert.True(page.IndexOf("| `cancel-confirm~1` | skipped |", StringComparison.Ordinal) > without);
    }

    [Theory]
    [InlineData("<script>alert(1)</script>", "<script")]
    [InlineData("<img src=x onerror=alert(1)>", "<img")]
    [InlineData("a | b\n| c | d |", "a | b")]
    [InlineData("[x](javascript:alert(1))", "[x](")]
    [InlineData("![x](http://evil.test/p.png)", "http://evil")]
    [InlineData("`code` **bold** _it_ # h", "**bold**")]
    [InlineData("hello @everyone", "@everyone")]
    [InlineData("safe\u202Egnp.exe", "\u202E")]
    [InlineData("zero\u200Bwidth", "\u200B")]
    public void Write_HostileTextInEveryField_IsShownAsText(string hostile, string mustNotAppear)
    {
        var page = Write(new SampleRun(_ => hostile).Input());

        Assert.DoesNotContain(mustNotAppear, page, StringComparison.Ordinal);
        var tables = page.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).ToList();
        Assert.All(tables, line => Assert.EndsWith("|", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Write_MoreTrialsThanListed_SaysHowMany()
    {
        var input = SampleRun.Plain();
        var failed = input.Trials.First(trial => trial.Status == TrialStatus.Failed);

        var page = Write(input with { Trials = [.. Enumerable.Repeat(failed, 250)] });

        Assert.Contains("… and 50 more of the 250 trials listed.", page, StringComparison.Ordinal);
    }
}
