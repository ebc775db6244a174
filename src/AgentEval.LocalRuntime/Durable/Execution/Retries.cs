using Microsoft.DurableTask;

namespace AgentEval.LocalRuntime.Durable.Execution;

/// <summary>Repeats a call as its retry options say; it waits on durable timers.</summary>
internal static class Retries
{
    public static Task<T> RunAsync<T>(
        TaskOrchestrationContext context, TaskRetryOptions? options, Func<Task<T>> call, Func<TaskFailedException, bool> isPermanent) =>
        options switch
        {
            { Policy: { } policy } => FollowPolicyAsync(context, policy, call, isPermanent),
            { Handler: { } handler } => AskHandlerAsync(context, handler, call, isPermanent),
            _ => call(),
        };

    private static async Task<T> FollowPolicyAsync<T>(
        TaskOrchestrationContext context, RetryPolicy policy, Func<Task<T>> call, Func<TaskFailedException, bool> isPermanent)
    {
        var started = context.CurrentUtcDateTime;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (TaskFailedException e) when (
                !isPermanent(e) && attempt < policy.MaxNumberOfAttempts && HasTimeLeft(context, policy, started) && policy.Handle(e))
            {
            }

            await context.CreateTimer(DelayAfter(policy, attempt), CancellationToken.None);
        }
    }

    private static bool HasTimeLeft(TaskOrchestrationContext context, RetryPolicy policy, DateTime started) =>
        policy.RetryTimeout == Timeout.InfiniteTimeSpan || context.CurrentUtcDateTime - started < policy.RetryTimeout;

    private static TimeSpan DelayAfter(RetryPolicy policy, int attempt)
    {
        var longest = policy.MaxRetryInterval == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : policy.MaxRetryInterval;
        var milliseconds = policy.FirstRetryInterval.TotalMilliseconds * Math.Pow(policy.BackoffCoefficient, attempt - 1);
        return milliseconds < longest.TotalMilliseconds ? TimeSpan.FromMilliseconds(milliseconds) : longest;
    }

    private static async Task<T> AskHandlerAsync<T>(
        TaskOrchestrationContext context, AsyncRetryHandler handler, Func<Task<T>> call, Func<TaskFailedException, bool> isPermanent)
    {
        var started = context.CurrentUtcDateTime;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (TaskFailedException e) when (!isPermanent(e))
            {
                var retry = new RetryContext(context, attempt, e.FailureDetails, context.CurrentUtcDateTime - started, CancellationToken.None);
                if (!await handler(retry))
                    throw;
            }
        }
    }
}
