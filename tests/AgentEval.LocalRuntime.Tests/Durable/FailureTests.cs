using AgentEval.Tests.Shared;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AgentEval.LocalRuntime.Tests.Durable;

public sealed class FailureTests(AzuriteFixture azurite) : HubTest(azurite)
{
    private int _attempts;

    private void Fail(int times, Func<int, Exception> make) => Activity<int, int>("Fail", n =>
    {
        var attempt = Interlocked.Increment(ref _attempts);
        return attempt <= times ? throw make(attempt) : n;
    });

    [Fact]
    public async Task Activity_Throwing_ArrivesWithItsDetails()
    {
        Fail(1, _ => new InvalidOperationException("outer", new TimeoutException("inner")));
        Orchestrator("Main", async context =>
        {
            var e = await Assert.ThrowsAsync<TaskFailedException>(() => context.CallActivityAsync<int>("Fail", 1));
            var details = e.FailureDetails;
            var hasTrace = details.StackTrace!.Contains("Fail", StringComparison.Ordinal);
            return new[]
            {
                e.TaskName, e.Message, details.ErrorType, details.ErrorMessage, details.InnerFailure!.ErrorType, details.InnerFailure.ErrorMessage,
                $"{hasTrace} {details.IsCausedBy<SystemException>()} {details.IsCausedBy<TimeoutException>()}",
            };
        });

        var done = await RunAsync(await StartHubAsync(), "Main");

        Assert.Equal(
            [
                "Fail", "Task 'Fail' (#0) failed with an unhandled exception: outer", "System.InvalidOperationException", "outer",
                "System.TimeoutException", "inner", "True True False",
            ],
            done.ReadOutputAs<string[]>()!);
    }

    [Fact]
    public async Task Activity_FailureUncaught_FailsTheInstanceWithTheFailureInside()
    {
        Fail(1, _ => new TimeoutException("too late"));
        Orchestrator("Main", context => context.CallActivityAsync<int>("Fail", 1));

        var done = await RunAsync(await StartHubAsync(), "Main");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, done.RuntimeStatus);
        Assert.StartsWith($"{typeof(TaskFailedException).FullName}: Task 'Fail'", done.SerializedOutput, StringComparison.Ordinal);
        Assert.EndsWith("too late", done.SerializedOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RetryPolicy_UntilItSucceeds_Retries()
    {
        Fail(2, n => new TimeoutException($"attempt {n}"));
        Orchestrator("Main", context => context.CallActivityAsync<int>(
            "Fail", 7, TaskOptions.FromRetryPolicy(new RetryPolicy(3, TimeSpan.FromMilliseconds(10), 2))));

        var done = await RunAsync(await StartHubAsync(), "Main");

        Assert.Equal(7, done.ReadOutputAs<int>());
        Assert.Equal(3, _attempts);
    }

    [Fact]
    public async Task RetryPolicy_AttemptsUsedUp_ThrowsTheLastFailure()
    {
        Fail(9, n => new TimeoutException($"attempt {n}"));
        Orchestrator("Main", async context => (await Assert.ThrowsAsync<TaskFailedException>(() => context.CallActivityAsync<int>(
            "Fail", 7, TaskOptions.FromRetryPolicy(new RetryPolicy(3, TimeSpan.FromMilliseconds(10)))))).FailureDetails.ErrorMessage);

        var done = await RunAsync(await StartHubAsync(), "Main");

        Assert.Equal("attempt 3", done.ReadOutputAs<string>());
    }

    [Fact]
    public async Task RetryPolicy_FailureNotHandled_IsNotRetried()
    {
        Fail(9, n => new ArgumentException($"attempt {n}"));
        var policy = new RetryPolicy(5, TimeSpan.FromMilliseconds(10)) { HandleFailure = f => !f.IsCausedBy<ArgumentException>() };
        Orchestrator("Main", async context => (await Assert.ThrowsAsync<TaskFailedException>(() => context.CallActivityAsync<int>(
            "Fail", 7, TaskOptions.FromRetryPolicy(policy)))).FailureDetails.ErrorMessage);

        var done = await RunAsync(await StartHubAsync(), "Main");

        Assert.Equal("attempt 1", done.ReadOutputAs<string>());
    }

    [Fact]
    public async Task RetryHandler_DecidesByContext()
    {
        Fail(9, n => new TimeoutException($"attempt {n}"));
        RetryHandler handler = retry => retry.LastAttemptNumber < 4 && retry.LastFailure.IsCausedBy<TimeoutException>();
        Orchestrator("Main", async context => (await Assert.ThrowsAsync<TaskFailedException>(() => context.CallActivityAsync<int>(
            "Fail", 7, TaskOptions.FromRetryHandler(handler)))).FailureDetails.ErrorMessage);

        var done = await RunAsync(await StartHubAsync(), "Main");

        Assert.Equal("attempt 4", done.ReadOutputAs<string>());
    }

    [Fact]
    public async Task Activity_Unknown_FailsWithoutRetries()
    {
        Orchestrator("Main", async context => (await Assert.ThrowsAsync<TaskFailedException>(() => context.CallActivityAsync<int>(
            "Nobody", 7, TaskOptions.FromRetryPolicy(new RetryPolicy(5, TimeSpan.FromHours(1)))))).FailureDetails.ErrorMessage);

        var done = await RunAsync(await StartHubAsync(), "Main");

        Assert.Contains("'Nobody'", done.ReadOutputAs<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SubOrchestration_Failing_ArrivesWithTheCauseInside()
    {
        Fail(1, _ => new TimeoutException("too late"));
        Orchestrator("Child", context => context.CallActivityAsync<int>("Fail", 1));
        Orchestrator("Main", async context =>
        {
            var e = await Assert.ThrowsAsync<TaskFailedException>(() => context.CallSubOrchestratorAsync<int>("Child"));
            return new[] { e.TaskName, e.FailureDetails.ErrorType, e.FailureDetails.InnerFailure!.ErrorMessage };
        });

        var done = await RunAsync(await StartHubAsync(), "Main");

        Assert.Equal(["Child", typeof(TaskFailedException).FullName!, "too late"], done.ReadOutputAs<string[]>()!);
    }

    [Fact]
    public async Task SubOrchestration_Retried_RunsAgainUnderItsId()
    {
        Fail(1, _ => new TimeoutException("too late"));
        Orchestrator("Child", context => context.CallActivityAsync<int>("Fail", 5));
        var options = new SubOrchestrationOptions(TaskRetryOptions.FromRetryPolicy(new RetryPolicy(2, TimeSpan.FromMilliseconds(10))), "child-of-it");
        Orchestrator("Main", context => context.CallSubOrchestratorAsync<int>("Child", options));

        var hub = await StartHubAsync();
        var done = await RunAsync(hub, "Main");

        Assert.Equal(5, done.ReadOutputAs<int>());
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await hub.Client.GetInstanceAsync("child-of-it"))!.RuntimeStatus);
    }

    [Fact]
    public async Task Completion_WithAnActivityOpen_WaitsForIt()
    {
        var release = new TaskCompletionSource();
        Activities["Slow"] = async (_, _) =>
        {
            await release.Task;
            return 1;
        };
        Orchestrator("Main", context =>
        {
            _ = context.CallActivityAsync<int>("Slow");
            return Task.FromResult("returned");
        });
        var hub = await StartHubAsync();
        var id = await hub.Client.ScheduleNewOrchestrationInstanceAsync("Main", Limit);
        var started = await hub.Client.WaitForInstanceStartAsync(id, Limit);

        Assert.Equal(OrchestrationRuntimeStatus.Running, started.RuntimeStatus);
        release.SetResult();
        var done = await hub.Client.WaitForInstanceCompletionAsync(id, true, Limit);
        Assert.Equal("returned", done.ReadOutputAs<string>());
    }
}
