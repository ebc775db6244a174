using System.Text.Json.Nodes;

namespace AgentEval.Functions.Agents;

/// <summary>What is said to an agent: a user's turn, or the results of the tools it asked for.</summary>
public sealed record AgentMessage
{
    /// <summary>The user's text; null when <see cref="ToolResults"/> go on with a turn.</summary>
    public string? Text { get; init; }

    /// <summary>The scenario's <c>input</c> when it is JSON: what <c>{{input.field}}</c> names.</summary>
    public JsonNode? Input { get; init; }

    /// <summary>Nothing was added to <see cref="Input"/>, so <c>{{input}}</c> may stand for the JSON itself.</summary>
    public bool InputIsWhole { get; init; }

    /// <summary>Documents handed over with the turn.</summary>
    public IReadOnlyList<string> Documents { get; init; } = [];

    public IReadOnlyList<AgentToolResult> ToolResults { get; init; } = [];

    public static AgentMessage User(string text, IReadOnlyList<string>? documents = null) => new() { Text = text, Documents = documents ?? [] };

    public static AgentMessage Tools(IReadOnlyList<AgentToolResult> results) => new() { ToolResults = results };
}

/// <param name="CallId">The call it answers.</param>
/// <param name="Text">As the agent gets it: JSON, or the broken JSON of a malformed answer.</param>
public sealed record AgentToolResult(string CallId, string Text);

/// <param name="Text">What the agent said, cut at its limit; empty when it only asks for tools.</param>
/// <param name="ToolCalls">To be answered before the turn goes on.</param>
/// <param name="ReportedToolCalls">Told by the agent, already done; recorded and checked, never answered.</param>
/// <param name="InputTokens">Null: the agent did not say.</param>
/// <param name="OutputTokens">Null: the agent did not say.</param>
/// <param name="Raw">The answer as received; null when it was not JSON.</param>
/// <param name="Truncated">The text was cut at the agent's <c>maxOutputBytes</c>.</param>
public sealed record AgentReply(
    string Text,
    IReadOnlyList<AgentToolCall> ToolCalls,
    IReadOnlyList<AgentToolCall> ReportedToolCalls,
    long? InputTokens,
    long? OutputTokens,
    JsonNode? Raw,
    bool Truncated);

/// <param name="Id">Joins a call with its result.</param>
/// <param name="Name">The tool.</param>
/// <param name="Arguments">Null: none. A string when the agent's arguments were not JSON.</param>
/// <param name="Result">Of a reported call, when the agent told it.</param>
public sealed record AgentToolCall(string Id, string Name, JsonNode? Arguments, JsonNode? Result = null);
