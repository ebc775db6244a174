using AgentEval.Core.Runs;
using AgentEval.Functions.Runs;
using AgentEval.Functions.Tests.Fakes;
using AgentEval.Tests.Shared;

namespace AgentEval.Functions.Tests.Runs;

public sealed class LoadedRunsTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    [Fact]
    public async Task Get_SuiteOfMuchText_KnowsWhatItTakes()
    {
        await using var bench = await AppBench.OpenAsync(azurite.ConnectionString);
        var scenarios = Enumerable.Range(0, 100).Select(number => Samples.Scenario($"{number}-{new string('x', 60)}")).ToArray();
        var row = await bench.AddRunAsync(RunStatus.Queued, Samples.Suite("s", "1.0.0", scenarios));

        var run = await bench.Get<LoadedRuns>().GetAsync(row.RunId, default);

        var text = (await bench.Runs.ReadSuiteAsync(run.Document, default)).Length;
        Assert.InRange(text, 100 * 60 * 3, 100 * 60 * 6);
        Assert.Equal(LoadedRun.Estimate(text, 100), run.EstimatedBytes);
    }
}
