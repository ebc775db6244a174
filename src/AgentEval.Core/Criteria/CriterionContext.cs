using System.Text.Json.Nodes;
using AgentEval.Core.Json;

namespace AgentEval.Core.Criteria;

/// <summary>What a criterion may look at: a whole trial, or one turn of it for a turn's <c>expect</c>.</summary>
public sealed class CriterionContext
{
    private readonly Lazy<(bool IsJson, JsonNode? Value)> _json;

    public CriterionContext() => _json = new(() => (JsonText.TryParseAnswer(Output!, out var value), value));

    /// <summary>The last answer.</summary>
    public required string Output { get; init; }

    /// <summary>In the order they were made.</summary>
    public IReadOnlyList<ObservedToolCall> ToolCalls { get; init; } = [];

    /// <summary>Seconds the agent took for its answers, tools and waiting between retries not counted; null: not measured.</summary>
    public double? Seconds { get; init; }

    /// <summary>US dollars; null: the agent has no prices.</summary>
    public decimal? CostUsd { get; init; }

    /// <summary>What the user said.</summary>
    public string? Input { get; init; }

    /// <summary>From 0; null: the whole trial.</summary>
    public int? Turn { get; init; }

    /// <summary>Whether <see cref="Output"/> is JSON, perhaps in a Markdown code fence.</summary>
    public bool TryGetJson(out JsonNode? value)
    {
        value = _json.Value.Value;
        return _json.Value.IsJson;
    }
}

/// <param name="Name">The tool.</param>
/// <param name="Arguments">As the agent gave them.</param>
/// <param name="Reported">True: told by the agent, not played by the suite.</param>
public sealed record ObservedToolCall(string Name, JsonNode? Arguments, bool Reported);
