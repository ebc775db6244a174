using System.Text.Json.Nodes;

namespace AgentEval.Core.Agents;

/// <summary>The system under test: an agent file after reading and checking. It never holds a secret, only references to secrets.</summary>
public sealed record AgentSpec
{
    public required string Name { get; init; }

    public string? Version { get; init; }

    public required AgentType Type { get; init; }

    /// <summary>At least one for the types that are reached by URL.</summary>
    public IReadOnlyList<Uri> Urls { get; init; } = [];

    public string? Model { get; init; }

    public AgentAuth Auth { get; init; } = new(AgentAuthType.None, null, null);

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    public string? SystemPrompt { get; init; }

    public HttpAgentRequest Request { get; init; } = new();

    public HttpAgentResponse Response { get; init; } = new();

    /// <summary>Sent to the model as they are (camelCase names of the file become the protocol's): temperature, maxTokens, seed, …</summary>
    public JsonObject Settings { get; init; } = [];

    public AgentLimits Limits { get; init; } = new();

    /// <summary>Laid between the app's and the suite's settings; null values: not said.</summary>
    public AgentRetry Retry { get; init; } = new();

    public AgentPrices? Prices { get; init; }

    /// <summary>Called with POST before every trial.</summary>
    public Uri? ResetUrl { get; init; }

    /// <summary>Read with GET after every trial: a JSON object of numbers.</summary>
    public Uri? MetricsUrl { get; init; }

    /// <summary>The document as read.</summary>
    public required JsonObject Source { get; init; }
}

public enum AgentType
{
    Http,
    OpenAiChat,
    OpenAiCompletions,
    Mcp,
    Grpc,
    Process,
    Inproc,
}

public enum AgentAuthType
{
    None,
    Bearer,
    ApiKey,
    Header,
}

/// <param name="Type">How the secret is sent: bearer token, <c>X-Api-Key</c> (or <paramref name="Header"/>), or the whole value of a header.</param>
/// <param name="SecretRef"><c>env:NAME</c> or <c>keyvault:NAME</c>.</param>
/// <param name="Header">The header's name for <c>apiKey</c> and <c>header</c>.</param>
public sealed record AgentAuth(AgentAuthType Type, string? SecretRef, string? Header);

/// <summary>The request of an <c>http</c> agent; its strings hold the templates of <see cref="AgentTemplateNames"/>.</summary>
public sealed record HttpAgentRequest
{
    public string Method { get; init; } = "POST";

    /// <summary>Default: <c>{ "message": "{{input}}", "session": "{{session}}" }</c>.</summary>
    public JsonNode Body { get; init; } = new JsonObject { ["message"] = "{{input}}", ["session"] = "{{session}}" };
}

/// <summary>Where an <c>http</c> agent's answer is found: JSONPath each, null: not there.</summary>
public sealed record HttpAgentResponse
{
    /// <summary>Null: the whole body, as text.</summary>
    public string? Output { get; init; }

    /// <summary>An array of <c>{ name, arguments, result? }</c>.</summary>
    public string? ToolCalls { get; init; }

    /// <summary>An object with <c>inputTokens</c>/<c>outputTokens</c> (or <c>prompt_tokens</c>/<c>completion_tokens</c>).</summary>
    public string? Usage { get; init; }

    /// <summary>Present and not null: the agent failed, with this text.</summary>
    public string? Error { get; init; }
}

public sealed record AgentLimits
{
    /// <summary>Bytes of UTF-8; more is an error before any call. Default 102,400.</summary>
    public int MaxInputBytes { get; init; } = 102_400;

    /// <summary>Bytes of UTF-8; the output is cut there and marked. Default 51,200.</summary>
    public int MaxOutputBytes { get; init; } = 51_200;

    public double? RequestsPerSecond { get; init; }

    public int? MaxParallel { get; init; }

    /// <summary>Seconds for one agent call; wins over the run's <c>turnTimeoutSeconds</c>.</summary>
    public double? TimeoutSeconds { get; init; }
}

public sealed record AgentRetry
{
    public int? Retries { get; init; }

    public double? DelaySeconds { get; init; }

    public double? Backoff { get; init; }
}

/// <summary>US dollars per million tokens.</summary>
public sealed record AgentPrices(decimal InputPerMillion, decimal OutputPerMillion);
