using AgentEval.Functions.Storage;
using AgentEval.Functions.Tests.Fakes;
using AgentEval.Tests.Shared;
using Microsoft.Extensions.Configuration;

namespace AgentEval.Functions.Tests.Storage;

[Collection(WholeAccountCollection.Name)]
public sealed class StartPatienceTests(WholeAccount account)
{
    private const string Trouble = "The storage account at 127.0.0.1:1 cannot be used";

    private readonly FakeTime _time = new() { JumpUpTo = TimeSpan.FromSeconds(1) };
    private int _tries;

    [Fact]
    public async Task Start_StorageIsAwayForAWhile_GoesOnWhenItIsBack()
    {
        var start = _time.GetUtcNow();

        await TryAsync(_ => ++_tries < 4 ? Task.FromException(new IOException("away")) : Task.CompletedTask);

        Assert.Equal((4, TimeSpan.FromSeconds(3)), (_tries, _time.GetUtcNow() - start));
    }

    [Fact]
    public async Task Start_StorageStaysAway_SaysSoBeforeTheHostLosesPatience()
    {
        var start = _time.GetUtcNow();

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => TryAsync(_ =>
        {
            _tries++;
            return Task.FromException(new IOException("Connection refused\nand a lot of headers"));
        }));

        Assert.Equal(Trouble + " (tried for 20 s): Connection refused", failure.Message);
        Assert.IsType<IOException>(failure.InnerException);
        Assert.Equal(20, _tries);
        Assert.InRange(_time.GetUtcNow() - start, TimeSpan.FromSeconds(19), TimeSpan.FromSeconds(21));
    }

    [Fact]
    public async Task Start_StorageHangs_GivesUp()
    {
        var begun = new TaskCompletionSource();
        var trying = TryAsync(async cancellationToken =>
        {
            begun.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        });
        await begun.Task;

        _time.Advance(StartPatience.Limit);

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => trying);
        Assert.EndsWith("no answer.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_HostStops_IsNoFailure()
    {
        using var stop = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => StartPatience.TryAsync(
            async _ =>
            {
                await stop.CancelAsync();
                throw new IOException("away");
            },
            Trouble,
            _time,
            stop.Token));
    }

    [Fact]
    public async Task Setup_Twice_LeavesEverythingThere()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("AzureWebJobsStorage", account.ConnectionString)]).Build();
        var connections = new StorageConnections(configuration);
        var setup = new StorageSetup(connections, TimeProvider.System);

        await setup.StartingAsync(default);
        await setup.StartingAsync(default);

        foreach (var container in StorageNames.Containers)
        {
            Assert.True(await connections.Blobs.GetBlobContainerClient(container).ExistsAsync());
        }

        foreach (var queue in StorageNames.Queues)
        {
            Assert.True(await connections.Queues.GetQueueClient(queue).ExistsAsync());
        }
    }

    private Task TryAsync(Func<CancellationToken, Task> step) => StartPatience.TryAsync(step, Trouble, _time, default);
}
