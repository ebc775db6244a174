using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace AgentEval.Core.Traces;

/// <summary>One event of a trial, one line of its trace. Keys that do not apply are left out.</summary>
public sealed record TraceEvent
{
    /// <summary>From 1, without gaps, over all attempts of the trial.</summary>
    public required int Seq { get; init; }

    public required DateTimeOffset At { get; init; }

    public required TraceEventType Type { get; init; }

    /// <summary>From 0; absent outside turns.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Turn { get; init; }

    /// <summary>From 1: which execution of the trial wrote the event; the last one counts.</summary>
    public required int Attempt { get; init; }

    /// <summary>What was said: the user's text of an agentRequest, the answer of an agentResponse, the text of an injection, the message of an error or a violation.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Text { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Tool { get; init; }

    /// <summary>Joins a toolCall with its toolResult.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CallId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonNode? Arguments { get; init; }

    /// <summary>What a tool answered.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonNode? Result { get; init; }

    /// <summary>True: the agent reported this call; it was not played by the suite.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Reported { get; init; }

    /// <summary>Where an injection was put (<c>userTurn</c>, <c>toolResult</c>, …).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Point { get; init; }

    /// <summary>Seconds an agent call or a tool took.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Seconds { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? InputTokens { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? OutputTokens { get; init; }

    /// <summary>True: the tokens were estimated, the agent said nothing about them.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Estimated { get; init; }

    /// <summary>A stable word: of an error, a deviation, a violation's type.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Code { get; init; }

    /// <summary>Of trialFinished: the trial's status; of an evaluation: the criterion's id.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Score { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Truncated { get; init; }

    /// <summary>True: texts of the agent were replaced by marks (<c>execution.captureOutput</c>).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Withheld { get; init; }

    /// <summary>Anything more: the raw answer, a violation's or a criterion result's record, the judgement of a trial whose texts are withheld.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonNode? Data { get; init; }
}

public enum TraceEventType
{
    TrialStarted,
    AgentRequest,
    AgentResponse,
    ToolCall,
    ToolResult,
    ResourceRead,
    Injection,
    Evaluation,
    Violation,
    Deviation,
    Retry,
    Error,
    Usage,
    TrialFinished,
}
