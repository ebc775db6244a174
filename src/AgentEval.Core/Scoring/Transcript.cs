using AgentEval.Core.Criteria;
using AgentEval.Core.Traces;

namespace AgentEval.Core.Scoring;

/// <summary>What was said and done in one execution of a trial, turn by turn.</summary>
public sealed record Transcript(IReadOnlyList<TranscriptTurn> Turns)
{
    /// <summary>The last answer of the last turn; null: the agent never answered.</summary>
    public string? Output => Turns.LastOrDefault(turn => turn.Output is not null)?.Output;

    public IEnumerable<ObservedToolCall> ToolCalls => Turns.SelectMany(turn => turn.ToolCalls);

    /// <summary>Seconds of all agent calls; null: none was measured.</summary>
    public double? AgentSeconds => Turns.Any(turn => turn.Seconds is not null) ? Turns.Sum(turn => turn.Seconds ?? 0) : null;

    /// <param name="events">Of one attempt, in order.</param>
    public static Transcript From(IEnumerable<TraceEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        var turns = new SortedDictionary<int, TurnBuilder>();
        foreach (var item in events)
        {
            if (item.Type is TraceEventType.AgentRequest or TraceEventType.AgentResponse or TraceEventType.ToolCall)
            {
                var number = item.Turn ?? turns.Keys.LastOrDefault();
                if (!turns.TryGetValue(number, out var turn))
                {
                    turns[number] = turn = new TurnBuilder();
                }

                turn.Add(item);
            }
        }

        return new Transcript([.. turns.Select(entry => entry.Value.Build(entry.Key))]);
    }

    private sealed class TurnBuilder
    {
        private readonly List<ObservedToolCall> _toolCalls = [];
        private string? _user;
        private string? _output;
        private double? _seconds;

        public void Add(TraceEvent item)
        {
            switch (item.Type)
            {
                case TraceEventType.AgentRequest:
                    _user ??= item.Text;
                    break;
                case TraceEventType.AgentResponse:
                    _output = item.Text ?? "";
                    _seconds = item.Seconds is { } seconds ? (_seconds ?? 0) + seconds : _seconds;
                    break;
                default:
                    _toolCalls.Add(new ObservedToolCall(item.Tool ?? "", item.Arguments, item.Reported == true));
                    break;
            }
        }

        public TranscriptTurn Build(int number) => new(number, _user, _output, _toolCalls, _seconds);
    }
}

/// <param name="Number">From 0.</param>
/// <param name="User">As sent, injections applied.</param>
/// <param name="Output">The last answer of the turn; null: none came.</param>
/// <param name="ToolCalls">In order.</param>
/// <param name="Seconds">Of the turn's agent calls.</param>
public sealed record TranscriptTurn(int Number, string? User, string? Output, IReadOnlyList<ObservedToolCall> ToolCalls, double? Seconds)
{
    /// <summary>What a turn's <c>expect</c> is judged on.</summary>
    public CriterionContext ToContext() => new() { Output = Output ?? "", ToolCalls = ToolCalls, Seconds = Seconds, Input = User, Turn = Number };
}
