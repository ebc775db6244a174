using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;

namespace AgentEval.Functions.Submissions;

/// <summary>
/// The app's own layer of run settings: the <c>AgentEval</c> section may hold any settings block, such as <c>AgentEval__Execution__MaxParallel=8</c>.
/// </summary>
public sealed class AppDefaults
{
    private static readonly string[] Blocks = ["execution", "redTeam", "replay", "validators", "gate", "budget"];

    public AppDefaults(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        foreach (var block in Blocks)
        {
            var section = configuration.GetSection($"AgentEval:{block}");
            if (section.Exists())
            {
                Settings[block] = ToJson(section);
            }
        }
    }

    public JsonObject Settings { get; } = [];

    private static JsonNode? ToJson(IConfigurationSection section)
    {
        if (section.Value is { } text)
        {
            return ToScalar(text);
        }

        var value = new JsonObject();
        foreach (var child in section.GetChildren())
        {
            value[char.ToLowerInvariant(child.Key[0]) + child.Key[1..]] = ToJson(child);
        }

        return value;
    }

    private static JsonNode? ToScalar(string text)
    {
        if (text.Length == 0 || text == "null")
        {
            return null;
        }

        if (bool.TryParse(text, out var flag))
        {
            return flag;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number) : text;
    }
}
