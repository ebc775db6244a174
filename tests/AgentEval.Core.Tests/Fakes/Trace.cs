using System.Text.Json.Nodes;
using AgentEval.Core.Traces;

namespace AgentEval.Core.Tests.Fakes;

/// <summary>Writes the events of a trial, one second apart.</summary>
internal sealed class Trace
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly List<TraceEvent> _events = [];
    private int _attempt = 1;
    private int _turn;

    public IReadOnlyList<TraceEvent> Events => _events;

    public Trace Started() => Add(TraceEventType.TrialStarted, item => item with { Turn = null });

    public Trace User(string text)
    {
        _turn = _events.Exists(item => item.Type == TraceEventType.AgentRequest && item.Attempt == _attempt) ? _turn + 1 : 0;
        return Add(TraceEventType.AgentRequest, item => item with { Text = text });
    }

    public Trace Agent(string text, double seconds = 1, long inputTokens = 0, long outputTokens = 0, JsonNode? raw = null) =>
        Add(TraceEventType.AgentResponse, item => item with
        {
            Text = text,
            Seconds = seconds,
            InputTokens = inputTokens,
            OutputTokens = outputTokens,
            Data = raw,
        });

    public Trace Call(string tool, string? arguments = null, bool reported = false, string? callId = null) => Add(TraceEventType.ToolCall, item => item with
    {
        Tool = tool,
        CallId = callId,
        Arguments = arguments is null ? null : JsonNode.Parse(arguments),
        Reported = reported ? true : null,
    });

    public Trace Result(string tool, string result, string? callId = null) =>
        Add(TraceEventType.ToolResult, item => item with { Tool = tool, CallId = callId, Result = JsonNode.Parse(result) });

    public Trace Injected(string text) => Add(TraceEventType.Injection, item => item with { Text = text, Point = "toolResult" });

    public Trace Error(string code, string text) => Add(TraceEventType.Error, item => item with { Code = code, Text = text });

    public Trace Finished(string status, string? code = null) =>
        Add(TraceEventType.TrialFinished, item => item with { Name = status, Code = code, Turn = null });

    public Trace NextAttempt()
    {
        (_attempt, _turn) = (_attempt + 1, 0);
        return this;
    }

    public Trace Add(TraceEventType type, Func<TraceEvent, TraceEvent>? fill = null)
    {
        var item = new TraceEvent { Seq = _events.Count + 1, At = Start.AddSeconds(_events.Count), Type = type, Attempt = _attempt, Turn = _turn };
        _events.Add(fill?.Invoke(item) ?? item);
        return this;
    }
}
