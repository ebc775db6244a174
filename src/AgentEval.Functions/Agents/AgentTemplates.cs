using System.Globalization;
using System.Text.Json.Nodes;
using AgentEval.Core.Scenarios;

namespace AgentEval.Functions.Agents;

/// <summary>What the templates of one request stand for.</summary>
internal sealed class AgentTemplates(TemplateLookup lookup)
{
    private const string Settings = "settings.";
    private const string InputField = "input.";

    /// <summary>What an agent file may name: <c>input input.field session seed model systemPrompt settings.x</c>.</summary>
    /// <param name="context">Of the conversation.</param>
    /// <param name="input">What is said to the agent.</param>
    /// <param name="data">The scenario's input when it is JSON.</param>
    public static AgentTemplates For(AgentConversationContext context, JsonNode input, JsonNode? data = null)
    {
        bool FindPlain(string name, out JsonNode? value)
        {
            value = name switch
            {
                "input" => input,
                "session" => context.Session,
                "seed" => context.Seed,
                "model" => context.Agent.Model ?? "",
                "systemPrompt" => context.SystemPrompt ?? "",
                _ when name.StartsWith(InputField, StringComparison.Ordinal) => Follow(data, name[InputField.Length..]),
                _ => null,
            };
            return value is not null;
        }

        // A setting may hold templates too, but none of settings: it could name itself.
        bool Find(string name, out JsonNode? value)
        {
            if (name.StartsWith(Settings, StringComparison.Ordinal) && context.Settings.TryGetPropertyValue(name[Settings.Length..], out var setting))
            {
                value = Templates.Fill(setting, FindPlain);
                return true;
            }

            return FindPlain(name, out value);
        }

        return new AgentTemplates(Find);
    }

    /// <summary>A copy with every text filled; a text that is exactly one template becomes the value itself, of whatever JSON type.</summary>
    public JsonNode? Fill(JsonNode? node) => Templates.Fill(node, lookup);

    public string FillString(string text) => Templates.Fill(text, lookup);

    private static JsonNode? Follow(JsonNode? node, string path)
    {
        foreach (var key in path.Split('.'))
        {
            node = node switch
            {
                JsonObject members => members[key],
                JsonArray items when int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var index) => items.ElementAtOrDefault(index),
                _ => null,
            };
        }

        return node;
    }
}
