using AgentEval.Core.Json;
using AgentEval.Core.Scoring;
using AgentEval.Core.Traces;

namespace AgentEval.Core.Runs;

/// <summary>How a trial ended, as far as its trace says it: with a score to be computed, or without one.</summary>
internal sealed record TrialEnd(TrialStatus Status, TrialError? Error)
{
    public bool HasScore => Status.IsScored();

    public static TrialEnd Of(IReadOnlyList<TraceEvent> events, Transcript transcript)
    {
        var finished = events.LastOrDefault(item => item.Type == TraceEventType.TrialFinished);
        var error = events.LastOrDefault(item => item.Type == TraceEventType.Error);
        if (finished?.Name is { } name && EnumWords.TryRead<TrialStatus>(name, out var status) && status.IsFinished())
        {
            return status.IsScored() ? new TrialEnd(status, null) : new TrialEnd(status, Describe(error, finished, name));
        }

        if (error is not null)
        {
            return new TrialEnd(StatusOf(error.Code), new TrialError(error.Code ?? "error", error.Text ?? ""));
        }

        return transcript.Output is null
            ? new TrialEnd(TrialStatus.Error, new TrialError("agentAnswer", "The trace holds no answer of the agent."))
            : new TrialEnd(TrialStatus.Passed, null);
    }

    private static TrialError Describe(TraceEvent? error, TraceEvent finished, string status)
    {
        var code = finished.Code ?? error?.Code ?? status;
        return new TrialError(code, error?.Text ?? finished.Text ?? $"The trial ended: {code}.");
    }

    private static TrialStatus StatusOf(string? code) => code switch
    {
        "timeout" => TrialStatus.Timeout,
        "budgetExceeded" => TrialStatus.BudgetExceeded,
        "cancelled" => TrialStatus.Cancelled,
        _ => TrialStatus.Error,
    };
}
