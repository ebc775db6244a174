using System.Text;
using System.Text.Json.Nodes;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Json;

/// <summary>
/// Reads a user's JSON or YAML strictly: duplicate keys, numbers beyond a double, broken Unicode and more than <see cref="AgentEvalJson.MaxDepth"/> levels
/// are problems. No input makes it throw. The nodes it gives behave alike, whichever syntax they came from.
/// </summary>
public static class DocumentReader
{
    /// <summary>UTF-16 units; a longer text is refused unread.</summary>
    public const int MaxCharacters = 16 * 1024 * 1024;

    /// <summary>
    /// JSON when the text begins with <c>{ "</c>, <c>{ }</c> or <c>[</c>, else YAML 1.2 (core schema; one document).
    /// </summary>
    public static ReadResult<JsonNode> Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var problems = new ProblemList();
        text = text.TrimStart('\uFEFF');
        if (text.Length > MaxCharacters)
        {
            problems.Error("", ProblemCodes.TooLarge, $"The document has {text.Length} characters; at most {MaxCharacters} are read.");
            return new(null, problems);
        }

        if (!Unicode.IsWellFormed(text))
        {
            problems.Error("", ProblemCodes.NotSyntax, "The document is not valid Unicode. Save it as UTF-8.");
            return new(null, problems);
        }

        return LooksLikeJson(text) ? ReadJson(Encoding.UTF8.GetBytes(text)) : NotEmpty(YamlComposer.Compose(text, problems), problems);
    }

    /// <summary>Strict JSON only: for request bodies and messages. A byte order mark is skipped.</summary>
    public static ReadResult<JsonNode> ReadJson(ReadOnlySpan<byte> utf8)
    {
        var problems = new ProblemList();
        var body = utf8.StartsWith(Encoding.UTF8.Preamble) ? utf8[Encoding.UTF8.Preamble.Length..] : utf8;
        return NotEmpty(StrictJson.Parse(body, problems), problems);
    }

    /// <summary>Holds a node that was parsed elsewhere to the same rules, and gives a copy.</summary>
    public static ReadResult<JsonNode> Recheck(JsonNode? node)
    {
        var problems = new ProblemList();
        try
        {
            return NotEmpty(StrictJson.Parse(Encoding.UTF8.GetBytes(node?.ToJsonString(AgentEvalJson.Options) ?? "null"), problems), problems);
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or System.Text.Json.JsonException)
        {
            problems.Error("", ProblemCodes.NotSyntax, "The document is not valid JSON: " + exception.Message);
            return new(null, problems);
        }
    }

    private static ReadResult<JsonNode> NotEmpty(JsonNode? node, ProblemList problems)
    {
        if (node is null && !problems.HasErrors)
        {
            problems.Error("", ProblemCodes.Required, "The document is empty.");
        }

        return ReadResult<JsonNode>.Of(node, problems);
    }

    private static bool LooksLikeJson(string text)
    {
        var start = text.AsSpan().TrimStart();
        return start.StartsWith("[") || (start.StartsWith("{") && start[1..].TrimStart() is var inner && (inner.IsEmpty || inner[0] is '"' or '}'));
    }
}
