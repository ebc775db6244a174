using AgentEval.Core.Runs;
using AgentEval.Functions.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace AgentEval.Functions.Activities;

/// <param name="RunId">The run.</param>
/// <param name="Message">Why it broke.</param>
public sealed record FailRunInput(string RunId, string Message)
{
    private const int MaxMessage = 1_000;

    internal static FailRunInput From(string runId, Exception failure)
    {
        var message = failure is TaskFailedException task ? $"{task.TaskName} failed: {Innermost(task.FailureDetails)}" : failure.Message;
        return new FailRunInput(runId, message.Length <= MaxMessage ? message : message[..MaxMessage]);
    }

    /// <summary>The innermost failure is the one that says what happened.</summary>
    private static string Innermost(TaskFailureDetails details) => details.InnerFailure is { } inner ? Innermost(inner) : details.ErrorMessage;
}

/// <summary>The run itself broke: its row says so and why, and what still works ends as if it were cancelled. What was recorded stays.</summary>
public sealed class FailRun(RunStore runs, TimeProvider time)
{
    [Function(nameof(FailRun))]
    public Task RunAsync([ActivityTrigger] FailRunInput input, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        return runs.UpdateAsync(
            input.RunId,
            row => row.Status.IsFinished() ? null : row with { Status = RunStatus.Failed, Control = RunControl.Cancel, FinishedAt = time.GetUtcNow(), Message = input.Message },
            cancellationToken);
    }
}
