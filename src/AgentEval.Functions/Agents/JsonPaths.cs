using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace AgentEval.Functions.Agents;

/// <summary>JSONPath over an agent's answer. The only place that knows the library behind it.</summary>
internal sealed class JsonPaths
{
    private static readonly JsonSelectSettings Settings = new() { RegexMatchTimeout = TimeSpan.FromSeconds(1) };

    private static readonly Regex DefinitePath = new(@"\A\$(\.[^.\[\]*?():@'""\s]+|\['[^']*'\]|\[\d+\])*\z", RegexOptions.NonBacktracking);

    private readonly JToken _tokens;

    private JsonPaths(JsonNode? root, JToken tokens)
    {
        Root = root;
        _tokens = tokens;
    }

    /// <summary>The whole document; null for JSON's null.</summary>
    public JsonNode? Root { get; }

    /// <summary>Null when <paramref name="json"/> is not one JSON document that could be recorded (see <see cref="AgentJson"/>).</summary>
    public static JsonPaths? Parse(string json)
    {
        if (!AgentJson.TryParse(json, out var root))
        {
            return null;
        }

        try
        {
            using var text = new StringReader(json);
            using var reader = new JsonTextReader(text) { DateParseHandling = DateParseHandling.None, MaxDepth = AgentJson.MaxDepth };
            return new JsonPaths(root, JToken.ReadFrom(reader));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Null when <paramref name="path"/> is a JSONPath, else what is wrong with it.</summary>
    public static string? FindProblem(string path)
    {
        try
        {
            _ = new JObject().SelectToken(path, Settings);
            return null;
        }
        catch (JsonException exception)
        {
            return exception.Message;
        }
    }

    /// <summary>What lies at the path: null when nothing does, or JSON's null; an array when several values fit.</summary>
    /// <exception cref="AgentException">The path is not one.</exception>
    public JsonNode? Select(string path)
    {
        var found = Find(path);
        return found.Count switch
        {
            0 => null,
            1 => Convert(found[0]),
            _ => new JsonArray([.. found.Select(Convert)]),
        };
    }

    /// <summary>The path names one place, whatever comes behind it: members and indexes from the front.</summary>
    public static bool IsDefinite(string path) => DefinitePath.IsMatch(path);

    /// <summary>Something lies at the path, be it JSON's null.</summary>
    /// <exception cref="AgentException">The path is not one.</exception>
    public bool Has(string path) => Find(path).Count > 0;

    private List<JToken> Find(string path)
    {
        try
        {
            return [.. _tokens.SelectTokens(path, Settings).Take(1_000)];
        }
        catch (Exception exception) when (exception is JsonException or RegexMatchTimeoutException)
        {
            var message = $"The path '{path}' of the agent file cannot be followed: {exception.Message}";
            throw new AgentException(AgentErrorCodes.Answer, message, innerException: exception);
        }
    }

    private static JsonNode? Convert(JToken token) => AgentJson.TryParse(token.ToString(Formatting.None), out var node)
        ? node
        : throw new AgentException(AgentErrorCodes.Answer, $"The agent's answer holds a value at '{token.Path}' that cannot be recorded.");
}
