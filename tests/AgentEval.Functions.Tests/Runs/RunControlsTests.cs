using AgentEval.Functions.Runs;
using AgentEval.Functions.Storage;
using AgentEval.Functions.Tests.Fakes;
using AgentEval.Tests.Shared;

namespace AgentEval.Functions.Tests.Runs;

public sealed class RunControlsTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>, IAsyncLifetime
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualTimeProvider _time = new();
    private AppBench _bench = null!;

    private RunControls Controls => _bench.Get<RunControls>();

    public async Task InitializeAsync() => _bench = await AppBench.OpenAsync(azurite.ConnectionString, _time);

    public async Task DisposeAsync() => await _bench.DisposeAsync();

    [Theory]
    [InlineData(RunControl.None)]
    [InlineData(RunControl.Pause)]
    [InlineData(RunControl.Cancel)]
    public async Task Watch_TellsWhatIsAskedOfTheRun(RunControl asked)
    {
        var row = await _bench.AddRunAsync(change: row => row with { Control = asked });

        using var control = await Controls.WatchAsync(row.RunId, default);

        Assert.Equal((asked, asked == RunControl.Cancel), (control.Current, control.Cancelled.IsCancellationRequested));
    }

    [Fact]
    public async Task Watch_RunIsGone_IsCancelled()
    {
        using var control = await Controls.WatchAsync("no-such-run", default);

        Assert.Equal(RunControl.Cancel, control.Current);
    }

    [Fact]
    public async Task Watch_CancelComesLater_CancelsEveryTrialWithinASecond()
    {
        var row = await _bench.AddRunAsync();
        using var one = await Controls.WatchAsync(row.RunId, default);
        using var two = await Controls.WatchAsync(row.RunId, default);
        await AskAsync(row.RunId, RunControl.Cancel);
        Assert.False(one.Cancelled.IsCancellationRequested);

        _time.Advance(Second);

        await Task.WhenAll(CancelledAsync(one), CancelledAsync(two)).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(RunControl.None, one.Current);
    }

    [Fact]
    public async Task Watch_ManyTrialsOfOneRun_AreOneTimerThatEndsWithTheLast()
    {
        var (row, other) = (await _bench.AddRunAsync(), await _bench.AddRunAsync());
        var watched = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Controls.WatchAsync(row.RunId, default)));
        using var second = await Controls.WatchAsync(other.RunId, default);
        Assert.Equal(21, Controls.RunningTrials);

        foreach (var control in watched)
        {
            control.Dispose();
        }

        Assert.Equal(1, Controls.RunningTrials);
        await AskAsync(row.RunId, RunControl.Pause);
        using var again = await Controls.WatchAsync(row.RunId, default);
        Assert.Equal(RunControl.Pause, again.Current);
    }

    [Fact]
    public async Task Watch_GivenUp_CountsNoLonger()
    {
        var row = await _bench.AddRunAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Controls.WatchAsync(row.RunId, new CancellationToken(canceled: true)));

        Assert.Equal(0, Controls.RunningTrials);
    }

    [Fact]
    public async Task Watch_StorageWasAwayForAWhile_StillNoticesTheCancel()
    {
        await using var server = await AzuriteServer.StartAsync();
        await using var bench = await AppBench.OpenAsync(server.ConnectionString, _time);
        var row = await bench.AddRunAsync();
        using var control = await bench.Get<RunControls>().WatchAsync(row.RunId, default);
        await server.KillAsync();
        _time.Advance(Second);

        // The watch tries as often as these two do, and gives up before them.
        await Assert.ThrowsAnyAsync<Exception>(() => bench.Runs.FindAsync(row.RunId, default));
        await Assert.ThrowsAnyAsync<Exception>(() => bench.Runs.FindAsync(row.RunId, default));
        await using var next = await AzuriteServer.StartAsync(new AzuriteOptions { Ports = server.Ports });
        await using var again = await AppBench.OpenAsync(next.ConnectionString, _time);

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!control.Cancelled.IsCancellationRequested)
        {
            limit.Token.ThrowIfCancellationRequested();
            _time.Advance(Second);
            await Task.Yield();
        }
    }

    private async Task AskAsync(string runId, RunControl control) => await _bench.Runs.UpdateAsync(runId, row => row with { Control = control }, default);

    private static Task CancelledAsync(WatchedControl control)
    {
        var cancelled = new TaskCompletionSource();
        control.Cancelled.Register(cancelled.SetResult);
        return cancelled.Task;
    }
}
