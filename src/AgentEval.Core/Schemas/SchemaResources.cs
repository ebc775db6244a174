using System.Text.Json.Nodes;

namespace AgentEval.Core.Schemas;

/// <summary>The JSON Schemas (draft 2020-12) of the files people write, for editors and for <c>/api/schemas</c>.</summary>
public static class SchemaResources
{
    /// <summary><c>suite</c>, <c>agent</c>, <c>run</c>.</summary>
    public static IReadOnlyList<string> Names { get; } = ["suite", "agent", "run"];

    /// <summary>The text of a schema; null: there is none of that name.</summary>
    public static string? Read(string name)
    {
        if (!Names.Contains(name))
        {
            return null;
        }

        using var stream = typeof(SchemaResources).Assembly.GetManifestResourceStream($"AgentEval.Core.Schemas.{name}.json")
            ?? throw new InvalidOperationException($"The schema '{name}' is not embedded in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>As <see cref="Read"/>, parsed.</summary>
    public static JsonObject? ReadJson(string name) => Read(name) is { } text ? JsonNode.Parse(text)!.AsObject() : null;
}
