using AgentEval.Functions.Runs;
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
        return new FailRunInput(runId, Cut(message));
    }

    internal static string Cut(string message) => message.Length <= MaxMessage ? message : message[..MaxMessage];

    /// <summary>The innermost failure is the one that says what happened.</summary>
    private static string Innermost(TaskFailureDetails details) => details.InnerFailure is { } inner ? Innermost(inner) : details.ErrorMessage;
}

/// <summary>The run itself broke: its row says so and why, and what still works ends as if it were cancelled. What was recorded stays.</summary>
public sealed class FailRun(RunOperator operate)
{
    [Function(nameof(FailRun))]
    public Task RunAsync([ActivityTrigger] FailRunInput input, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        return operate.FailAsync(input.RunId, input.Message, cancellationToken);
    }
}
