using System.Collections.Concurrent;
using AgentEval.Tests.Shared;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AgentEval.LocalRuntime.Tests.Durable;

public sealed class OrchestrationTests(AzuriteFixture azurite) : HubTest(azurite)
{
    [Fact]
    public async Task Activities_InSequence_PassTheirResultsOn()
    {
        Activity<string, string>("Greet", name => $"Hello {name}");
        Orchestrator("Main", async context =>
        {
            var first = await context.CallActivityAsync<string>("Greet", context.GetInput<string>());
            return await context.CallActivityAsync<string>("greet", first);
        });

        var done = await RunAsync(await StartHubAsync(), "Main", "you");

        Assert.Equal(OrchestrationRuntimeStatus.Completed, done.RuntimeStatus);
        Assert.Equal("Hello Hello you", done.ReadOutputAs<string>());
        Assert.Equal("you", done.ReadInputAs<string>());
    }

    [Fact]
    public async Task Activities_FannedOut_AllComplete()
    {
        Activity<int, int>("Square", n => n * n);
        Orchestrator("Main", async context =>
            (await Task.WhenAll(Enumerable.Range(1, 50).Select(n => context.CallActivityAsync<int>("Square", n)))).Sum());

        var done = await RunAsync(await StartHubAsync(), "Main");

        Assert.Equal(Enumerable.Range(1, 50).Sum(n => n * n), done.ReadOutputAs<int>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Orchestrator_ReplayedOrLive_SeesOnlyWhatIsRecorded(bool replayEveryTurn)
    {
        Options = Options with { ReplayEveryTurn = replayEveryTurn };
        var seen = new ConcurrentQueue<(int Step, DateTime Time, Guid Id)>();
        var runs = 0;
        Activity<int, int>("Echo", n => n);
        Orchestrator("Main", async context =>
        {
            Interlocked.Increment(ref runs);
            for (var step = 0; step < 3; step++)
            {
                seen.Enqueue((step, context.CurrentUtcDateTime, context.NewGuid()));
                await context.CallActivityAsync<int>("Echo", step);
            }

            return true;
        });

        await RunAsync(await StartHubAsync(), "Main");

        Assert.Equal(replayEveryTurn ? 4 : 1, runs);
        Assert.Equal(3, seen.Distinct().Count());
    }

    [Fact]
    public async Task Log_WhileReplaying_IsSilent()
    {
        var logged = new ConcurrentQueue<string>();
        Loggers = new RecordingLoggers(logged);
        Activity<int, int>("Echo", n => n);
        Orchestrator("Main", async context =>
        {
            var logger = context.CreateReplaySafeLogger("Test");
            RecordingLoggers.Say(logger, "first");
            await context.CallActivityAsync<int>("Echo", 1);
            RecordingLoggers.Say(logger, "second");
            await context.CallActivityAsync<int>("Echo", 2);
            return context.IsReplaying;
        });

        var done = await RunAsync(await StartHubAsync(), "Main");

        Assert.False(done.ReadOutputAs<bool>());
        Assert.Equal(["first", "second"], logged.Where(m => m is "first" or "second"));
    }

    [Fact]
    public async Task Call_NotInTheHistory_FailsNamingBothSides()
    {
        var runs = 0;
        Activity<int, int>("Red", n => n);
        Activity<int, int>("Blue", n => n);
        Orchestrator("Main", async context => await context.CallActivityAsync<int>(runs++ == 0 ? "Red" : "Blue", 1));

        var done = await RunAsync(await StartHubAsync(), "Main");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, done.RuntimeStatus);
        Assert.StartsWith("DurableTask.Core.Exceptions.NonDeterministicOrchestrationException: ", done.SerializedOutput, StringComparison.Ordinal);
        Assert.Contains("'Red'", done.SerializedOutput, StringComparison.Ordinal);
        Assert.Contains("'Blue'", done.SerializedOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_MissingAtReplay_Fails()
    {
        var runs = 0;
        Activity<int, int>("Red", n => n);
        Orchestrator("Main", async context =>
        {
            if (runs++ == 0)
                await context.CallActivityAsync<int>("Red", 1);
            else
                await context.WaitForExternalEvent<string>("never");
            return 1;
        });

        var done = await RunAsync(await StartHubAsync(), "Main");

        Assert.Contains("'Red'", done.SerializedOutput, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ForeignTask_Awaited_FailsTheInstance(bool besideADurableOne)
    {
        Orchestrator("Main", async context =>
        {
            var timer = besideADurableOne ? context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None) : Task.CompletedTask;
            await Task.Delay(1);
            await timer;
            return 1;
        });

        var done = await RunAsync(await StartHubAsync(), "Main");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, done.RuntimeStatus);
        Assert.Contains("awaiting non-durable tasks", done.SerializedOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Context_UsedOnAnotherThread_IsRefused()
    {
        Orchestrator("Main", async context =>
        {
            string? message = null;
            var other = new Thread(() => message = Assert.Throws<InvalidOperationException>(() => context.NewGuid()).Message);
            other.Start();
            other.Join();
            await context.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None);
            return message;
        });

        var done = await RunAsync(await StartHubAsync(), "Main");

        Assert.Contains("non-durable", done.ReadOutputAs<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Continuations_OfManyKinds_RunOneAfterTheOther()
    {
        Activity<int, int>("Echo", n => n);
        Orchestrator("Main", async context =>
        {
            var threads = new HashSet<int>();
            var order = new List<int>();
            async Task StepAsync(int n)
            {
                await context.CallActivityAsync<int>("Echo", n);
                threads.Add(Environment.CurrentManagedThreadId);
                order.Add(n);
                await Task.Yield();
                order.Add(-n);
            }

            await Task.WhenAll(StepAsync(1), StepAsync(2), StepAsync(3));
            return order.Count;
        });

        var done = await RunAsync(await StartHubAsync(), "Main");

        Assert.Equal(6, done.ReadOutputAs<int>());
    }

    [Fact]
    public async Task Orchestrator_Unknown_FailsTheInstance()
    {
        var done = await RunAsync(await StartHubAsync(), "Nobody");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, done.RuntimeStatus);
        Assert.Contains("'Nobody'", done.SerializedOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Payloads_Large_GoThroughBlobs()
    {
        var large = string.Concat(Enumerable.Repeat("«grüße» \"quoted\" 😀", 10_000));
        Activity<string, string>("Echo", text => text);
        Orchestrator("Main", async context =>
        {
            context.SetCustomStatus(context.GetInput<string>());
            var echoed = await context.CallActivityAsync<string>("Echo", context.GetInput<string>());
            await context.CallActivityAsync<string>("Echo", "small");
            return echoed;
        });

        var done = await RunAsync(await StartHubAsync(), "Main", large);

        Assert.Equal(large, done.ReadOutputAs<string>());
        Assert.Equal(large, done.ReadInputAs<string>());
        Assert.Equal(large, done.ReadCustomStatusAs<string>());
    }

    [Fact]
    public async Task History_OfManyMiddlingResults_SpansRows()
    {
        var middling = new string('"', 12_000) + string.Concat(Enumerable.Repeat("😀", 1_000));
        Activity<int, string>("Make", _ => middling);
        Orchestrator("Main", async context =>
        {
            var all = await Task.WhenAll(Enumerable.Range(0, 120).Select(n => context.CallActivityAsync<string>("Make", n)));
            await context.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None);
            return all.Count(text => text == middling);
        });

        var done = await RunAsync(await StartHubAsync(), "Main");

        Assert.Equal(120, done.ReadOutputAs<int>());
    }

    [Fact]
    public async Task Json_OfInputsAndOutputs_HasDefaultOptions()
    {
        Activities["Echo"] = (invocation, _) => Task.FromResult<object?>(invocation.InputJson);
        Orchestrator("Main", async context => await context.CallActivityAsync<string>("Echo", new { CamelCase = 1, Day = DayOfWeek.Monday }));

        var done = await RunAsync(await StartHubAsync(), "Main");

        Assert.Equal("""{"CamelCase":1,"Day":1}""", done.ReadOutputAs<string>());
    }

    [Fact]
    public async Task ContinueAsNew_CountsDown_ThenCompletes()
    {
        Activity<int, int>("Echo", n => n);
        Orchestrator<int?>("Main", async context =>
        {
            var left = context.GetInput<int>();
            await context.CallActivityAsync<int>("Echo", left);
            if (left > 0)
                context.ContinueAsNew(left - 1);
            return left;
        });

        var done = await RunAsync(await StartHubAsync(), "Main", 3);

        Assert.Equal(0, done.ReadOutputAs<int>());
        Assert.Equal(0, done.ReadInputAs<int>());
    }

    [Fact]
    public async Task Instance_Finished_LeavesMemory()
    {
        Orchestrator("Main", context => Task.FromResult(1));
        var hub = await StartHubAsync();

        await RunAsync(hub, "Main");

        await UntilAsync(() => Task.FromResult(hub.Owned!.Resident == 0));
    }
}
