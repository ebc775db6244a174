using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentEval.LocalRuntime.Durable.History;

/// <summary>The text of history rows: JSON arrays of events.</summary>
internal static class HistoryText
{
    private static readonly JsonSerializerOptions Options = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>As few texts as hold the events in order; each is within the limit of characters unless one event alone is longer.</summary>
    public static List<string> Write(IEnumerable<HistoryEvent> events, int limit)
    {
        var texts = new List<string>();
        var text = new StringBuilder("[");
        foreach (var one in events)
        {
            var json = JsonSerializer.Serialize(one, Options);
            if (text.Length > 1 && text.Length + json.Length + 2 > limit)
            {
                texts.Add(text.Append(']').ToString());
                text.Clear().Append('[');
            }

            text.Append(text.Length > 1 ? "," : "").Append(json);
        }

        texts.Add(text.Append(']').ToString());
        return texts;
    }

    public static IReadOnlyList<HistoryEvent> Read(string text) => JsonSerializer.Deserialize<List<HistoryEvent>>(text, Options)!;
}
