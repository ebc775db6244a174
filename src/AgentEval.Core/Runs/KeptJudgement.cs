using System.Text.Json;
using System.Text.Json.Nodes;
using AgentEval.Core.Json;
using AgentEval.Core.Traces;
using AgentEval.Core.Validators;

namespace AgentEval.Core.Runs;

/// <summary>
/// The judgement of a trial whose texts are withheld, in the data of its <c>trialFinished</c>: its trace says too little to judge it again.
/// </summary>
public sealed record KeptJudgement
{
    public int SchemaVersion { get; init; } = 1;

    public required TrialResult Trial { get; init; }

    public required IReadOnlyList<Violation> Violations { get; init; }

    public required int EventsExamined { get; init; }

    /// <summary>The event with the judgement in it.</summary>
    public static TraceEvent PutInto(TraceEvent finished, JudgedTrial judged)
    {
        ArgumentNullException.ThrowIfNull(finished);
        ArgumentNullException.ThrowIfNull(judged);
        var kept = new KeptJudgement { Trial = judged.Trial, Violations = judged.Violations, EventsExamined = judged.EventsExamined };
        return finished with { Withheld = true, Data = JsonSerializer.SerializeToNode(kept, AgentEvalJson.Options) };
    }

    /// <summary>Null: the trace holds none, and is judged by what it says.</summary>
    internal static JudgedTrial? FindIn(IReadOnlyList<TraceEvent> events) =>
        events is [.., { Type: TraceEventType.TrialFinished, Withheld: true, Data: JsonObject data }]
            && data.Deserialize<KeptJudgement>(AgentEvalJson.Options) is { } kept
            ? new JudgedTrial(kept.Trial, kept.Violations, kept.EventsExamined)
            : null;
}
