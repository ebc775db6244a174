using System.Text.Json;
using System.Text.Json.Nodes;
using AgentEval.Core.Json;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Criteria;

/// <summary>The forms an argument may have.</summary>
internal static class CriterionArgument
{
    /// <summary>The long form; a text is the short form of the key <paramref name="shortKey"/>. Null after reporting anything else.</summary>
    public static OptionObject? TextOrObject(
        JsonNode? argument, string path, ProblemList problems, string shortKey, params ReadOnlySpan<string> keys) => argument switch
        {
            JsonObject json => new OptionObject(json, path, problems, keys),
            { } node when node.GetValueKind() == JsonValueKind.String => new OptionObject(Wrap(shortKey, node), path, problems, keys),
            _ => Refuse(path, problems, $"Give a text or an object with '{shortKey}'."),
        };

    /// <summary>The long form; a number is the short form of the key <paramref name="shortKey"/>. Null after reporting anything else.</summary>
    public static OptionObject? NumberOrObject(JsonNode? argument, string path, ProblemList problems, string shortKey) => argument switch
    {
        JsonObject json => new OptionObject(json, path, problems, shortKey),
        { } node when node.GetValueKind() == JsonValueKind.Number => new OptionObject(Wrap(shortKey, node), path, problems, shortKey),
        _ => Refuse(path, problems, $"Give a number or an object with '{shortKey}'."),
    };

    public static OptionObject? Object(JsonNode? argument, string path, ProblemList problems, params ReadOnlySpan<string> keys) =>
        argument is JsonObject json
            ? new OptionObject(json, path, problems, keys)
            : Refuse(path, problems, $"Give an object with {string.Join(", ", keys!)}.");

    /// <summary>A text that may not be empty; null after reporting.</summary>
    public static string? RequiredText(OptionObject? options, string key, ProblemList problems)
    {
        var text = options?.Text(key, required: true);
        if (text is { Length: 0 })
        {
            problems.Error(options!.At(key), ProblemCodes.InvalidValue, $"'{key}' must not be empty.");
            return null;
        }

        return text;
    }

    private static JsonObject Wrap(string key, JsonNode node) => new() { [key] = node.DeepClone() };

    private static OptionObject? Refuse(string path, ProblemList problems, string message)
    {
        problems.Error(path, ProblemCodes.WrongType, message);
        return null;
    }
}
