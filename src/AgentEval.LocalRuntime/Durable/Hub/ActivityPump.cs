using System.Diagnostics.CodeAnalysis;
using AgentEval.LocalRuntime.Durable.History;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace AgentEval.LocalRuntime.Durable.Hub;

/// <summary>Runs activities, a limited number at a time, in the order in which they were called.</summary>
internal sealed class ActivityPump(DurableFunctions functions, int maxConcurrent, TimeProvider time, ILogger logger) : IDisposable
{
    // For an activity that was told to end: it may still need to tidy up.
    private static readonly TimeSpan EndingTime = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _slots = new(maxConcurrent, maxConcurrent);
    private readonly CancellationTokenSource _noMoreStarts = new();
    private readonly CancellationTokenSource _endNow = new();
    private readonly Busy _running = new();

    public void Start(InstanceRunner runner, ActivityCalled call) => _ = Task.Run(() => RunAsync(runner, call));

    /// <summary>Starts no more, waits for those that run, then cancels them; what does not come to its end is handed back.</summary>
    public async Task StopAsync(TimeSpan grace, CancellationToken cancellationToken)
    {
        await _noMoreStarts.CancelAsync();
        await WaitAsync(_running.WhenIdleAsync(), grace, cancellationToken);
        await _endNow.CancelAsync();
        await WaitAsync(_running.WhenIdleAsync(), EndingTime, CancellationToken.None);
    }

    /// <summary>Ends everything at once.</summary>
    public void Abandon()
    {
        _noMoreStarts.Cancel();
        _endNow.Cancel();
    }

    public void Dispose()
    {
        Abandon();
        _noMoreStarts.Dispose();
        _endNow.Dispose();
    }

    private async Task WaitAsync(Task task, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(task, Task.Delay(limit, time, giveUp.Token));
        await giveUp.CancelAsync();
    }

    private async Task RunAsync(InstanceRunner runner, ActivityCalled call)
    {
        try
        {
            await _slots.WaitAsync(_noMoreStarts.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            return;
        }

        _running.Enter();
        try
        {
            var ended = runner.HasEnded ? null : await InvokeAsync(runner.InstanceId, call);
            if (ended is not null)
                runner.Post(ended);
        }
        finally
        {
            _running.Leave();
            _slots.Release();
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever an activity throws is what its orchestrator gets.")]
    private async Task<HistoryEvent?> InvokeAsync(string instanceId, ActivityCalled call)
    {
        if (!functions.Activities.TryGetValue(call.Name, out var function))
            return Missing(call);
        try
        {
            var result = await function(new ActivityInvocation(call.Name, instanceId, call.Id, call.Data?.Text), _endNow.Token);
            return new ActivityCompleted(call.Id) { Data = Payload.Of(DurableJson.Write(result)) };
        }
        catch (OperationCanceledException) when (_endNow.IsCancellationRequested)
        {
            DurableLog.ActivityHandedBack(logger, call.Name, instanceId);
            return null;
        }
        catch (Exception e)
        {
            DurableLog.ActivityFailed(logger, call.Name, instanceId, e);
            return Failed(call, TaskFailureDetails.FromException(e), permanent: false);
        }
    }

    private ActivityFailed Missing(ActivityCalled call)
    {
        var known = string.Join(", ", functions.Activities.Keys.Order(StringComparer.OrdinalIgnoreCase));
        var message = $"The function '{call.Name}' doesn't exist, is disabled, or is not an activity function. "
            + $"The known activity functions are: {known}.";
        return Failed(call, new TaskFailureDetails(typeof(ArgumentException).FullName!, message, null, null, null), permanent: true);
    }

    private static ActivityFailed Failed(ActivityCalled call, TaskFailureDetails details, bool permanent) =>
        new(call.Id, permanent) { Data = Payload.Of(DurableJson.Write(details)) };
}
