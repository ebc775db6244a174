using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentEval.Core.Json;
using AgentEval.Core.Settings;
using AgentEval.Core.Traces;

namespace AgentEval.Core.Replay;

/// <summary>An event reduced to what must be the same in a replay.</summary>
/// <param name="Kind">Type, tool and place: always compared.</param>
/// <param name="Body">What was said or passed; compared as the mode says.</param>
/// <param name="IsText">The body is prose and may be compared by similarity.</param>
internal sealed record ReplayEvent(string Kind, string Body, bool IsText)
{
    /// <summary>The key of the hash of arguments that are withheld.</summary>
    public const string WithheldValues = "withheld";

    /// <summary>The key of the hash of their names.</summary>
    public const string WithheldNames = "names";

    /// <summary>Keys whose values name one request and nothing else.</summary>
    private static readonly HashSet<string> VolatileKeys = new(StringComparer.OrdinalIgnoreCase)
    {
        "session", "sessionId", "session_id", "requestId", "request_id", "traceId", "trace_id",
        "timestamp", "createdAt", "created_at", "updatedAt", "updated_at",
    };

    /// <summary>What the agent saw, said and did; what AgentEval noted down about it (scores, violations, retries, times) is not part of it.</summary>
    public static IReadOnlyList<ReplayEvent> Of(IReadOnlyList<TraceEvent> events, ReplayMode mode, VolatileText text) =>
        [.. events.Where(IsCompared).Select(item => Of(item, mode, text))];

    private static bool IsCompared(TraceEvent item) => item.Type is TraceEventType.AgentRequest or TraceEventType.AgentResponse
        or TraceEventType.ToolCall or TraceEventType.ToolResult or TraceEventType.ResourceRead or TraceEventType.Injection or TraceEventType.Error;

    private static ReplayEvent Of(TraceEvent item, ReplayMode mode, VolatileText text)
    {
        var kind = string.Join('|', item.Type.Word(), item.Tool, item.Point, item.Type == TraceEventType.Error ? item.Code : null);
        if (mode == ReplayMode.Structure)
        {
            var names = item.Withheld == true ? item.Arguments?[WithheldNames]?.ToString() : ArgumentNames(item.Arguments);
            return new ReplayEvent(kind, names ?? "", IsText: false);
        }

        var body = (item.Arguments ?? item.Result) is { } json ? Compared(json, text) : Compared(item.Text ?? "", text);
        var isText = item.Type is TraceEventType.AgentRequest or TraceEventType.AgentResponse or TraceEventType.Error;
        return new ReplayEvent(kind, body, isText && item.Withheld != true);
    }

    /// <summary>A text as it is compared.</summary>
    public static string Compared(string text, VolatileText normaliser) => normaliser.Normalise(text).Trim();

    /// <summary>The names of arguments, as mode <c>structure</c> compares them.</summary>
    public static string ArgumentNames(JsonNode? arguments) =>
        string.Join(',', (arguments as JsonObject)?.Select(pair => pair.Key).Order(StringComparer.Ordinal) ?? Enumerable.Empty<string>());

    /// <summary>Arguments or a result as they are compared.</summary>
    public static string Compared(JsonNode json, VolatileText text)
    {
        var result = new StringBuilder();
        Append(result, json, text);
        return result.ToString();
    }

    private static void Append(StringBuilder result, JsonNode? json, VolatileText text)
    {
        switch (json)
        {
            case JsonObject members:
                result.Append('{');
                foreach (var (key, value) in members.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    result.Append(JsonSerializer.Serialize(key)).Append(':');
                    Append(result, VolatileKeys.Contains(key) ? null : value, text);
                    result.Append(',');
                }

                result.Append('}');
                break;
            case JsonArray items:
                result.Append('[');
                foreach (var item in items)
                {
                    Append(result, item, text);
                    result.Append(',');
                }

                result.Append(']');
                break;
            default:
                result.Append(text.Normalise(json?.ToJsonString(AgentEvalJson.Options) ?? "null"));
                break;
        }
    }
}
