using System.Diagnostics;
using AgentEval.LocalRuntime.Durable.Hub;
using AgentEval.LocalRuntime.Timers;
using AgentEval.Tests.Shared;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentEval.LocalRuntime.Tests.Timers;

public sealed class TimerLeaseTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>, IAsyncLifetime
{
    private readonly ManualTimeProvider _time = new();
    private BlobContainerClient _container = null!;

    public async Task InitializeAsync()
    {
        _container = new BlobServiceClient(azurite.ConnectionString).GetBlobContainerClient(AzuriteFixture.UniqueName());
        await _container.CreateAsync();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Hold_TwoProcesses_TheSecondWaitsUntilTheFirstEnds()
    {
        var first = new Holder(Lease());
        await first.Held.Task;
        var second = new Holder(Lease());
        await _time.WhenTimersAsync(2);
        Assert.False(second.Held.Task.IsCompleted);

        first.Finish.SetResult();
        await first.Done;
        while (!second.Held.Task.IsCompleted)
        {
            await _time.WhenTimersAsync();
            _time.Advance(TimerLease.Retry);
        }

        second.Finish.SetResult();
        await second.Done;
    }

    [Fact]
    public async Task Hold_OwnerIsADeadProcessOfThisMachine_TakesOverAtOnce()
    {
        await LeaveLeaseOfAsync(await DeadProcessAsync());

        var holder = new Holder(Lease());
        await _time.WhenTimersAsync();
        _time.Advance(TimerLease.Retry);

        await holder.Held.Task.WaitAsync(TimeSpan.FromSeconds(30));
        holder.Finish.SetResult();
        await holder.Done;
    }

    [Fact]
    public async Task Hold_LeaseTakenByAnother_TellsTheWork()
    {
        var holder = new Holder(Lease());
        var token = await holder.Held.Task;
        var blob = _container.GetBlobClient("locks/app/timers");
        await blob.GetBlobLeaseClient().BreakAsync(TimeSpan.Zero);
        await blob.GetBlobLeaseClient().AcquireAsync(TimeSpan.FromSeconds(15));

        await _time.WhenTimersAsync();
        _time.Advance(TimerLease.Duration / 3);

        var lost = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = token.Register(() => lost.TrySetResult());
        await lost.Task.WaitAsync(TimeSpan.FromSeconds(30));
        holder.Finish.SetResult();
        await holder.Done;
    }

    [Theory]
    [InlineData("elsewhere|1|0")]
    [InlineData("nonsense")]
    [InlineData("")]
    public void IsDeadHere_NotOfThisMachine_IsFalse(string owner) => Assert.False(LeaseOwner.IsDeadHere(owner));

    [Fact]
    public void IsDeadHere_ThisProcess_IsFalse() => Assert.False(LeaseOwner.IsDeadHere(LeaseOwner.Current));

    [Fact]
    public void IsDeadHere_IdTakenByAnotherProcessSince_IsTrue() =>
        Assert.True(LeaseOwner.IsDeadHere(LeaseOwner.Format(ProcessIdentity.OfThisProcess() with { StartTicks = 1 })));

    private static async Task<string> DeadProcessAsync()
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", "--version") { RedirectStandardOutput = true })!;
        await process.WaitForExitAsync();
        return LeaseOwner.Format(ProcessIdentity.OfThisProcess() with { ProcessId = process.Id });
    }

    private async Task LeaveLeaseOfAsync(string owner)
    {
        var blob = _container.GetBlobClient("locks/app/timers");
        await blob.UploadAsync(BinaryData.Empty);
        await blob.SetMetadataAsync(new Dictionary<string, string> { ["owner"] = owner });
        await blob.GetBlobLeaseClient().AcquireAsync(TimeSpan.FromSeconds(60));
    }

    private TimerLease Lease() => new(_container, "app", _time, NullLogger.Instance);

    private sealed class Holder
    {
        public Holder(TimerLease lease) => Done = lease.HoldAsync(
            token =>
            {
                Held.SetResult(token);
                return Finish.Task;
            },
            CancellationToken.None);

        public TaskCompletionSource<CancellationToken> Held { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Finish { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Done { get; }
    }
}
