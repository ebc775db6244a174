using AgentEval.Core.Api;
using AgentEval.Core.Runs;
using AgentEval.Functions.Runs;
using AgentEval.Functions.Storage;
using AgentEval.Functions.Tests.Fakes;
using AgentEval.Functions.Triggers;
using AgentEval.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentEval.Functions.Tests.Runs;

[Collection(WholeAccountCollection.Name)]
public sealed class WorkersTests(WholeAccount account) : IAsyncLifetime
{
    private readonly ManualTimeProvider _time = new();
    private AppBench _bench = null!;

    private Workers Workers => _bench.Get<Workers>();

    private WorkerStore Store => _bench.Get<WorkerStore>();

    public async Task InitializeAsync() => _bench = await account.OpenAsync(_time);

    public async Task DisposeAsync() => await _bench.DisposeAsync();

    [Fact]
    public async Task Read_OtherProcesses_AreShownForHalfAMinute()
    {
        await Store.WriteAsync(new WorkerBeat("!a/1", 3, _time.GetUtcNow()), default);
        _time.Advance(TimeSpan.FromSeconds(20));
        await Store.WriteAsync(new WorkerBeat("~z/1", 4, _time.GetUtcNow()), default);
        await Store.WriteAsync(new WorkerBeat(Workers.Name, 9, _time.GetUtcNow()), default);

        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal([new WorkerView("!a/1", 3), new WorkerView(Workers.Name, 0), new WorkerView("~z/1", 4)], await Workers.ReadAsync(default));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([new WorkerView(Workers.Name, 0), new WorkerView("~z/1", 4)], await Workers.ReadAsync(default));
    }

    [Fact]
    public async Task Beat_WhileTrialsRun_SaysHowManyAndTakesItBackAfterwards()
    {
        var run = await _bench.AddRunAsync(RunStatus.Running);
        await Workers.BeatAsync(default);
        Assert.Empty(await BeatsAsync());

        using (await _bench.Get<RunControls>().WatchAsync(run.RunId, default))
        {
            using (await _bench.Get<RunControls>().WatchAsync(run.RunId, default))
            {
                await Workers.BeatAsync(default);
                Assert.Equal([new WorkerBeat(Workers.Name, 2, _time.GetUtcNow())], await BeatsAsync());
                Assert.Equal([new WorkerView(Workers.Name, 2)], await Workers.ReadAsync(default));
            }

            _time.Advance(TimeSpan.FromSeconds(10));
            await Workers.BeatAsync(default);
            Assert.Equal([new WorkerBeat(Workers.Name, 1, _time.GetUtcNow())], await BeatsAsync());
        }

        await Workers.BeatAsync(default);
        Assert.Empty(await BeatsAsync());
    }

    [Fact]
    public async Task Beats_Running_ComeEveryTenSeconds()
    {
        var run = await _bench.AddRunAsync(RunStatus.Running);
        using var trial = await _bench.Get<RunControls>().WatchAsync(run.RunId, default);
        using var beats = new WorkerBeats(Workers, _time, NullLogger<WorkerBeats>.Instance);
        await beats.StartAsync(default);

        // The timer of the watched run, and that of the beats.
        await _time.WhenTimersAsync(2);
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.Empty(await BeatsAsync());
        _time.Advance(TimeSpan.FromSeconds(1));
        var beat = await FirstBeatAsync();

        Assert.Equal(new WorkerBeat(Workers.Name, 1, _time.GetUtcNow()), beat);
        await beats.StopAsync(default);
    }

    [Fact]
    public async Task Tidy_ProcessesThatAreGone_AreForgotten()
    {
        await Store.WriteAsync(new WorkerBeat("gone/1", 3, _time.GetUtcNow()), default);
        _time.Advance(TimeSpan.FromSeconds(31));
        await Store.WriteAsync(new WorkerBeat("here/1", 3, _time.GetUtcNow()), default);

        await _bench.Create<Retention>().RunAsync(new(), _bench.Client, default);

        Assert.Equal(["here/1"], (await BeatsAsync()).Select(beat => beat.Name));
    }

    private async Task<IReadOnlyList<WorkerBeat>> BeatsAsync()
    {
        var beats = new List<WorkerBeat>();
        await foreach (var beat in Store.ReadSinceAsync(DateTimeOffset.UnixEpoch.AddYears(10), default))
        {
            beats.Add(beat);
        }

        return beats;
    }

    private async Task<WorkerBeat> FirstBeatAsync()
    {
        while (true)
        {
            if (await BeatsAsync() is [var first, ..])
            {
                return first;
            }
        }
    }
}
