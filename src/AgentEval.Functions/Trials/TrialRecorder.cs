using System.Text.Json;
using AgentEval.Core.Json;
using AgentEval.Core.Runs;
using AgentEval.Core.Traces;
using AgentEval.Core.Validators;
using AgentEval.Functions.Security;

namespace AgentEval.Functions.Trials;

/// <summary>Numbers, redacts, keeps and stores one attempt's events, and lets the validators see each of them.</summary>
internal sealed class TrialRecorder(TrialContext context, ITraceSink sink, SecretRedactor redactor, TimeProvider time, CancellationToken stop)
{
    private readonly List<TraceEvent> _events = [];
    private readonly WithheldTexts? _withheld = context.Settings.Execution.CaptureOutput ? null : new WithheldTexts(context.Planned, context.Suite);
    private readonly TrialValidators _validators =
        TrialValidators.Create(context.Scenario, context.Suite, context.Settings.Validators, context.Planned.TrialId);

    /// <summary>With every text: the trial is judged from these.</summary>
    public IReadOnlyList<TraceEvent> Events => _events;

    /// <summary>An event to fill in; <see cref="RecordAsync"/> gives it its number.</summary>
    public TraceEvent Event(TraceEventType type, int? turn = null) =>
        new() { Seq = 0, At = default, Type = type, Attempt = context.Attempt, Turn = turn };

    public async ValueTask RecordAsync(TraceEvent draft)
    {
        var recorded = Stamp(draft);
        await AppendAsync(recorded);
        foreach (var violation in _validators.Examine(recorded))
        {
            await AppendAsync(Stamp(Event(TraceEventType.Violation, recorded.Turn) with
            {
                Name = violation.Validator,
                Code = violation.Type,
                Text = violation.Message,
                Data = JsonSerializer.SerializeToNode(violation, AgentEvalJson.Options),
            }));
        }
    }

    /// <summary>The event as it will be recorded next.</summary>
    public TraceEvent Stamp(TraceEvent draft) => draft with
    {
        Seq = context.FirstSeq + _events.Count,
        At = time.GetUtcNow(),
        Tool = redactor.Redact(draft.Tool),
        CallId = redactor.Redact(draft.CallId),
        Text = redactor.Redact(draft.Text),
        Arguments = redactor.Redact(draft.Arguments),
        Result = redactor.Redact(draft.Result),
        Data = redactor.Redact(draft.Data),
    };

    /// <summary>Takes a stamped event, and stores of it what may be stored.</summary>
    public async ValueTask AppendAsync(TraceEvent stamped)
    {
        _events.Add(stamped);
        await sink.AppendAsync(_withheld?.Of(stamped) ?? stamped, stop);
    }

    public Task FlushAsync() => sink.FlushAsync(stop);
}
