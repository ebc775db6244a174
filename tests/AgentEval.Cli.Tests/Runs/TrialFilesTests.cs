using System.Text.Json.Nodes;
using AgentEval.Cli.Runs;
using AgentEval.Client;
using AgentEval.Client.Tests.Fakes;
using AgentEval.Core.Api;
using AgentEval.Core.Runs;
using AgentEval.Core.Suites;

namespace AgentEval.Cli.Tests.Runs;

public sealed class TrialFilesTests
{
    private static TrialResult Trial(string scenario, int epoch, TrialStatus status = TrialStatus.Passed, string? attack = null) => new()
    {
        TrialId = $"{scenario}~{epoch}",
        ScenarioId = scenario,
        Name = scenario,
        Category = "c",
        Difficulty = Difficulty.Easy,
        Epoch = epoch,
        Attack = attack,
        Status = status,
        PassThreshold = 0.7,
        Output = "hi",
        FinishedAt = SampleRuns.Start,
        Seed = 1,
    };

    [Fact]
    public void FileName_TrialThatDidNotRun_HasNoTime() =>
        Assert.Equal("a_notRun.json", TrialFiles.FileName(TrialFiles.DefaultTemplate, "run-1", Trial("a", 1, TrialStatus.Skipped) with { FinishedAt = null }));

    [Fact]
    public async Task Sweep_CutOffWhileItWrites_GoesOnInTheSameFile()
    {
        await using var service = await FakeService.StartAsync();
        service.On("GET /api/runs/run-1/trials?top=200", FakeAnswer.Json(new ListPage<TrialResult>([Trial("a", 1)], null)));
        service.On("GET /api/runs/run-1/trials/a~1", FakeAnswer.Json(Trial("a", 1)));
        using var client = AgentEvalClient.Create(service.Url);
        using var folder = new TempFolder();
        var files = new TrialFiles(client, "run-1", folder["out"], TrialFiles.DefaultTemplate, TimeProvider.System);
        var place = Path.Combine(folder["out"], TrialFiles.FileName(TrialFiles.DefaultTemplate, "run-1", Trial("a", 1)));

        Directory.CreateDirectory(place);
        await Assert.ThrowsAnyAsync<Exception>(() => files.SweepAsync(CancellationToken.None));
        Directory.Delete(place);
        await files.SweepAsync(CancellationToken.None);

        Assert.Equal([place], Directory.GetFileSystemEntries(folder["out"]));
        Assert.Equal(1, files.Count);
    }

    [Fact]
    public async Task Sweep_AsTrialsFinish_WritesEachOnceWithANameOfItsOwn()
    {
        await using var service = await FakeService.StartAsync();
        service.On(
            "GET /api/runs/run-1/trials?top=200",
            FakeAnswer.Json(new ListPage<TrialResult>([Trial("a", 1), Trial("b", 1, TrialStatus.Running)], null)),
            FakeAnswer.Json(new ListPage<TrialResult>([Trial("a", 1), Trial("a", 2)], "next")));
        service.On("GET /api/runs/run-1/trials?top=200&cursor=next", FakeAnswer.Json(new ListPage<TrialResult>([Trial("b", 1)], null)));
        foreach (var trial in new[] { Trial("a", 1), Trial("a", 2), Trial("b", 1) })
        {
            service.On($"GET /api/runs/run-1/trials/{trial.TrialId}", FakeAnswer.Json(trial with { RawResponse = "raw" }));
        }

        using var client = AgentEvalClient.Create(service.Url);
        using var folder = new TempFolder();
        var files = new TrialFiles(client, "run-1", folder["out"], TrialFiles.DefaultTemplate, TimeProvider.System);

        await files.SweepAsync(CancellationToken.None);
        Assert.Equal(["a_20260102T030405000Z.json"], Names(folder));
        await files.SweepAsync(CancellationToken.None);

        Assert.Equal(["a_20260102T030405000Z-2.json", "a_20260102T030405000Z.json", "b_20260102T030405000Z.json"], Names(folder));
        var second = JsonNode.Parse(File.ReadAllText(Path.Combine(folder["out"], "a_20260102T030405000Z-2.json")))!;
        Assert.Equal("a~2", (string?)second["trialId"]);
        Assert.Equal("raw", (string?)second["rawResponse"]);
    }

    [Fact]
    public void FileName_OfATemplate_FillsItAndKeepsItInTheFolder()
    {
        var name = TrialFiles.FileName("{status}/{trialId}-{epoch}-{attack}.json", "run-1", Trial("a", 2, TrialStatus.BudgetExceeded, attack: "../../x"));

        Assert.Equal("budgetExceeded/a~2-2-..-..-x.json", name);
    }

    private static string[] Names(TempFolder folder) => [.. Directory.GetFiles(folder["out"]).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
}
