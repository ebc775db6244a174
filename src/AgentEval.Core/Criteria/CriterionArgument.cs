using System.Text.Json;
using System.Text.Json.Nodes;
using AgentEval.Core.Json;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Criteria;

/// <summary>The forms an argument may have. Null after reporting any other.</summary>
internal static class CriterionArgument
{
    /// <summary>The long form; a text is the short form of the key <paramref name="shortKey"/>.</summary>
    public static ObjectCursor? TextOrObject(JsonNode? argument, string path, ProblemList problems, string shortKey, params string[] furtherKeys) =>
        ShortOrObject(argument, path, problems, JsonValueKind.String, "text", shortKey, furtherKeys);

    /// <summary>The long form; a number is the short form of the key <paramref name="shortKey"/>.</summary>
    public static ObjectCursor? NumberOrObject(JsonNode? argument, string path, ProblemList problems, string shortKey) =>
        ShortOrObject(argument, path, problems, JsonValueKind.Number, "number", shortKey, []);

    public static ObjectCursor? Object(JsonNode? argument, string path, ProblemList problems, params string[] keys) =>
        argument is JsonObject json ? new ObjectCursor(json, path, problems, keys) : Refuse<ObjectCursor>(path, problems, $"Give an object with {string.Join(", ", keys)}.");

    /// <summary>A list of texts, at least one, none of them empty.</summary>
    public static IReadOnlyList<string>? Texts(JsonNode? argument, string path, ProblemList problems)
    {
        if (argument is not JsonArray { Count: > 0 } array)
        {
            return Refuse<IReadOnlyList<string>>(path, problems, "Give a list of texts, at least one.");
        }

        var texts = ObjectCursor.Texts(array, path, problems);
        return texts.Count == array.Count ? texts : null;
    }

    private static ObjectCursor? ShortOrObject(
        JsonNode? argument, string path, ProblemList problems, JsonValueKind shortForm, string word, string shortKey, string[] furtherKeys) => argument switch
        {
            JsonObject json => new ObjectCursor(json, path, problems, [shortKey, .. furtherKeys]),
            { } node when node.GetValueKind() == shortForm => new ObjectCursor(new JsonObject { [shortKey] = node.DeepClone() }, path, problems, [shortKey, .. furtherKeys]),
            _ => Refuse<ObjectCursor>(path, problems, $"Give a {word} or an object with '{shortKey}'."),
        };

    private static T? Refuse<T>(string path, ProblemList problems, string message)
        where T : class
    {
        problems.Error(path, ProblemCodes.WrongType, message);
        return null;
    }
}
