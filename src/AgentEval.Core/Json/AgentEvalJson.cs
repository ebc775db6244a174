using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentEval.Core.Json;

/// <summary>How every document of AgentEval is written and read: camelCase, enumerations as camelCase strings, numbers never NaN.</summary>
public static class AgentEvalJson
{
    /// <summary>The depth beyond which a user's document is refused.</summary>
    public const int MaxDepth = 64;

    /// <summary>What may stand around one where it is stored or shown.</summary>
    private const int LevelsAround = 8;

    /// <summary>Compact. Absent values are written as <c>null</c>.</summary>
    public static JsonSerializerOptions Options { get; } = Create(indented: false);

    /// <summary>The same, for people.</summary>
    public static JsonSerializerOptions Indented { get; } = Create(indented: true);

    private static JsonSerializerOptions Create(bool indented)
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            WriteIndented = indented,
            MaxDepth = MaxDepth + LevelsAround,
            NumberHandling = JsonNumberHandling.Strict,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
