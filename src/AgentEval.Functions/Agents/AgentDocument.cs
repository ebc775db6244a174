using System.Text.Json.Nodes;
using AgentEval.Core.Json;

namespace AgentEval.Functions.Agents;

/// <summary>An agent's answer that is JSON, and what lies at the paths of the agent file.</summary>
internal sealed class AgentDocument
{
    private readonly JsonPaths _paths;

    private AgentDocument(JsonNode? root, JsonPaths paths) => (Root, _paths) = (root, paths);

    /// <summary>The whole document; null for JSON's null.</summary>
    public JsonNode? Root { get; }

    /// <summary>Null when <paramref name="json"/> is not one JSON document that could be recorded (see <see cref="AgentJson"/>).</summary>
    public static AgentDocument? Parse(string json) =>
        AgentJson.TryParse(json, out var root) && JsonPaths.Parse(json, AgentJson.MaxDepth) is { } paths ? new AgentDocument(root, paths) : null;

    /// <summary>What lies at the path: null when nothing does, or JSON's null; an array when several values fit.</summary>
    /// <exception cref="AgentException">The path cannot be followed, or what lies there cannot be recorded.</exception>
    public JsonNode? Select(string path)
    {
        var found = Find(path);
        return found.Count switch
        {
            0 => null,
            1 => Read(found[0], path),
            _ => new JsonArray([.. found.Select(json => Read(json, path))]),
        };
    }

    /// <summary>Something lies at the path, be it JSON's null.</summary>
    /// <exception cref="AgentException">The path cannot be followed.</exception>
    public bool Has(string path) => Find(path).Count > 0;

    private IReadOnlyList<string> Find(string path)
    {
        try
        {
            return _paths.Select(path);
        }
        catch (JsonPathException exception)
        {
            throw new AgentException(AgentErrorCodes.Answer, $"The path '{path}' of the agent file cannot be followed: {exception.Message}", innerException: exception);
        }
    }

    private static JsonNode? Read(string json, string path) => AgentJson.TryParse(json, out var node)
        ? node
        : throw new AgentException(AgentErrorCodes.Answer, $"The agent's answer holds a value at '{path}' that cannot be recorded.");
}
