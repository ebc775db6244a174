using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace AgentEval.Functions.Agents;

/// <summary>Fills <c>{{name}}</c> in the strings of an agent's request. Names nobody knows stay as they are.</summary>
internal sealed class AgentTemplates(Func<string, JsonNode?> lookup)
{
    private const string Settings = "settings.";

    /// <summary>What an agent file may name: <c>input input.field session seed model systemPrompt settings.x</c>.</summary>
    /// <param name="context">Of the conversation.</param>
    /// <param name="input">What is said to the agent.</param>
    /// <param name="data">The scenario's input when it is JSON.</param>
    public static AgentTemplates For(AgentConversationContext context, JsonNode input, JsonNode? data = null)
    {
        JsonNode? FindPlain(string name) => name switch
        {
            "input" => input,
            _ when name.StartsWith("input.", StringComparison.Ordinal) => Follow(data, name["input.".Length..]),
            "session" => context.Session,
            "seed" => context.Seed,
            "model" => context.Agent.Model ?? "",
            "systemPrompt" => context.SystemPrompt ?? "",
            _ => null,
        };

        // A setting may hold templates too, but none of settings: it could name itself.
        var plain = new AgentTemplates(FindPlain);
        return new AgentTemplates(name => name.StartsWith(Settings, StringComparison.Ordinal) && context.Settings[name[Settings.Length..]] is { } setting
            ? plain.Fill(setting)
            : FindPlain(name));
    }

    /// <summary>A copy with every string filled; a string that is exactly one template becomes the value itself, of whatever JSON type.</summary>
    public JsonNode? Fill(JsonNode? node) => node switch
    {
        JsonObject members => FillMembers(members),
        JsonArray items => new JsonArray([.. items.Select(Fill)]),
        JsonValue value when value.TryGetValue<string>(out var text) => FillText(text),
        _ => node?.DeepClone(),
    };

    public string FillString(string text) => FillText(text) is JsonValue value && value.TryGetValue<string>(out var filled) ? filled : FillParts(text);

    private JsonObject FillMembers(JsonObject members)
    {
        var copy = new JsonObject();
        foreach (var (key, value) in members)
        {
            copy[key] = Fill(value);
        }

        return copy;
    }

    private JsonNode? FillText(string text)
    {
        var whole = text.StartsWith("{{", StringComparison.Ordinal) && text.IndexOf("}}", StringComparison.Ordinal) == text.Length - 2 && text.Length > 4;
        return whole && lookup(text[2..^2].Trim()) is { } value ? value.DeepClone() : FillParts(text);
    }

    private string FillParts(string text)
    {
        var filled = new StringBuilder();
        var at = 0;
        while (text.IndexOf("{{", at, StringComparison.Ordinal) is >= 0 and var open && text.IndexOf("}}", open, StringComparison.Ordinal) is >= 0 and var close)
        {
            filled.Append(text, at, open - at);
            var value = lookup(text[(open + 2)..close].Trim());
            filled.Append(value is null ? text[open..(close + 2)] : AsText(value));
            at = close + 2;
        }

        return at == 0 ? text : filled.Append(text, at, text.Length - at).ToString();
    }

    private static JsonNode? Follow(JsonNode? node, string path)
    {
        foreach (var key in path.Split('.'))
        {
            node = node switch
            {
                JsonObject members => members[key],
                JsonArray items when int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < items.Count => items[index],
                _ => null,
            };
        }

        return node;
    }

    private static string AsText(JsonNode value) => value is JsonValue simple && simple.TryGetValue<string>(out var text) ? text : value.ToJsonString();
}
