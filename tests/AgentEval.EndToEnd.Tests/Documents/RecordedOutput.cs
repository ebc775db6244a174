using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AgentEval.EndToEnd.Tests.Documents;

/// <summary>
/// Compares what a page says a command prints with what it prints. Ids, times, ports and the widths of columns differ from run to run; <c>…</c> stands for
/// the rest of a line or text, and on a line of its own for any lines.
/// </summary>
internal static class RecordedOutput
{
    private const string Rest = "…";

    private static readonly (Regex What, string Word)[] Varying =
    [
        (new Regex(@"\b[0-9a-z]{10}-[0-9a-z]{8}\b"), "<run>"),
        (new Regex(@"\b[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+(Z|\+00:00)"), "<at>"),
        (new Regex(@"127\.0\.0\.1:[0-9]+"), "<host>"),
        (new Regex(@"\b[0-9.]+ (ms|s)\b|\b[0-9]+ min [0-9]+ s\b"), "<time>"),
        (new Regex("─+"), "─"),
        (new Regex(" +"), " "),
    ];

    public static void AssertText(string place, string expected, string actual)
    {
        var shown = Lines(expected);
        var printed = Lines(actual);
        Assert.True(Fits(shown, printed), $"{place} shows what the command does not print (any more).\n--- shown\n{string.Join('\n', shown)}\n--- printed\n{string.Join('\n', printed)}\n--- as it is\n{actual}");
    }

    /// <param name="place">For the message.</param>
    /// <param name="expected">Every key of it must be there, with a value of the same kind.</param>
    /// <param name="actual">May have more.</param>
    /// <param name="exact">Values must be equal too.</param>
    public static void AssertJson(string place, string expected, string actual, bool exact) => AssertJson(place, JsonNode.Parse(expected), JsonNode.Parse(actual), exact);

    private static void AssertJson(string place, JsonNode? expected, JsonNode? actual, bool exact)
    {
        Assert.True(Kind(expected) == Kind(actual), $"{place}: shown is {expected?.ToJsonString()}, answered was {actual?.ToJsonString()}");
        switch (expected)
        {
            case JsonObject shown:
                foreach (var (key, value) in shown)
                {
                    Assert.True(((JsonObject)actual!).ContainsKey(key), $"{place}.{key} is not in the answer: {actual.ToJsonString()}");
                    AssertJson($"{place}.{key}", value, actual![key], exact);
                }

                break;
            case JsonArray { Count: > 0 } shown:
                Assert.Equal(shown.Count, ((JsonArray)actual!).Count);
                foreach (var (index, item) in shown.Index())
                {
                    AssertJson($"{place}[{index}]", item, actual![index], exact);
                }

                break;
            default:
                Assert.True(!exact || (string?)expected?.ToString() == Rest || JsonNode.DeepEquals(expected, actual), $"{place}: shown is {expected}, answered was {actual}");
                break;
        }
    }

    private static JsonValueKind Kind(JsonNode? node) => node?.GetValueKind() switch
    {
        null => JsonValueKind.Null,
        JsonValueKind.False => JsonValueKind.True,
        { } kind => kind,
    };

    private static string[] Lines(string text) =>
        [.. text.ReplaceLineEndings("\n").Split('\n').Select(line => Varying.Aggregate(line, (rest, each) => each.What.Replace(rest, each.Word)).Trim()).Where(line => line.Length > 0)];

    private static bool Fits(ReadOnlySpan<string> shown, ReadOnlySpan<string> printed)
    {
        if (shown.IsEmpty || printed.IsEmpty)
        {
            return printed.IsEmpty ? shown.IsEmpty || (shown[0] == Rest && Fits(shown[1..], printed)) : false;
        }

        return shown[0] == Rest
            ? Fits(shown[1..], printed) || Fits(shown, printed[1..])
            : IsLine(shown[0], printed[0]) && Fits(shown[1..], printed[1..]);
    }

    private static bool IsLine(string shown, string printed) =>
        shown.EndsWith(Rest, StringComparison.Ordinal) ? printed.StartsWith(shown[..^1].TrimEnd(), StringComparison.Ordinal) : shown == printed;
}
