using AgentEval.LocalRuntime.Tests.Hosting;
using AgentEval.Tests.Shared;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace AgentEval.LocalRuntime.Tests.Timers;

public sealed class TimerTriggerTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private readonly Calls _calls = new();

    [Fact]
    public async Task Start_TimerDue_RunsTheFunctionAndKeepsTheStatus()
    {
        var time = new ManualTimeProvider();
        await using var app = await StartAsync(time);
        var status = Status(app.Directory);
        await time.WhenTimersAsync(2);

        time.Advance(TimeSpan.FromHours(1));

        var info = await _calls.Next.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.False(info.IsPastDue);
        Assert.Equal(new DateTime(2026, 1, 1, 1, 0, 0), info.ScheduleStatus!.Next);
        Assert.True(await status.ExistsAsync());
    }

    [Fact]
    public async Task Start_AfterAMissedOccurrence_RunsItOnce()
    {
        var directory = RunningApp.CreateDirectory();
        var status = Status(directory);
        await status.GetParentBlobContainerClient().CreateIfNotExistsAsync();
        await status.UploadAsync(BinaryData.FromString("""{"Last":"2025-12-31T20:00:00Z","Next":"2025-12-31T21:00:00Z","LastUpdated":"2025-12-31T20:00:00Z"}"""));

        await using var app = await StartAsync(new ManualTimeProvider(), directory);

        Assert.True((await _calls.Next.Task.WaitAsync(TimeSpan.FromSeconds(30))).IsPastDue);
    }

    [Fact]
    public async Task Start_WrongSchedule_FailsAndNamesIt()
    {
        var problem = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            RunningApp.StartAsync([typeof(Functions)], args: [.. Arguments(), "--Schedule=now and then"]));

        Assert.Contains("\"now and then\"", problem.Message, StringComparison.Ordinal);
    }

    private BlobClient Status(string directory) => new BlobServiceClient(azurite.ConnectionString)
        .GetBlobContainerClient("azure-webjobs-hosts").GetBlobClient($"timers/{Path.GetFileName(directory).ToLowerInvariant()}/Hourly/status");

    private string[] Arguments() => [$"--AzureWebJobsStorage={azurite.ConnectionString}"];

    private Task<RunningApp> StartAsync(ManualTimeProvider time, string? directory = null) => RunningApp.StartAsync(
        [typeof(Functions)],
        configure: builder => builder.Services.AddSingleton<TimeProvider>(time).AddSingleton(_calls),
        directory: directory,
        args: [.. Arguments(), "--Schedule=0 0 * * * *"]);

    internal sealed class Calls
    {
        public TaskCompletionSource<TimerInfo> Next { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Functions(Calls calls)
    {
        [Function("Hourly")]
        public void Run([TimerTrigger("%Schedule%")] TimerInfo timer) => calls.Next.TrySetResult(timer);
    }
}
