using System.Globalization;
using System.Text.RegularExpressions;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace AgentEval.Core.Json;

/// <summary>A JSONPath cannot be followed through a document.</summary>
public sealed class JsonPathException(string message, Exception innerException) : Exception(message, innerException);

/// <summary>
/// JSONPath over a document: members, indexes (negative ones count from the end), slices, wildcards, descendants and filters with single-quoted texts.
/// The only place that knows the library behind it.
/// </summary>
public sealed class JsonPaths
{
    /// <summary>What more fits than this is not looked at.</summary>
    private const int MaxFound = 1_000;

    private static readonly JsonSelectSettings Settings = new() { RegexMatchTimeout = TimeSpan.FromSeconds(1) };

    private static readonly Regex DefinitePath = new(@"\A\$(\.[^.\[\]*?():@'""\s]+|\['[^']*'\]|\[\d+\])*\z", RegexOptions.NonBacktracking);

    private static readonly Regex UnionFromTheEnd = new(@"\[[\s\d,-]*(,\s*-|-\s*\d+\s*,)[\s\d,-]*\]", RegexOptions.NonBacktracking);

    /// <summary>Texts and patterns are found too, so that what looks like an index inside of one is left alone.</summary>
    private static readonly Regex TextOrIndexFromTheEnd = new(@"'(\\.|[^'\\])*'|/(\\.|[^/\\])*/|\[\s*-0*(?<n>[1-9]\d{0,8})\s*\]", RegexOptions.NonBacktracking);

    private readonly JToken _root;

    private JsonPaths(JToken root) => _root = root;

    /// <summary>Null when <paramref name="json"/> is not one JSON document, or is deeper than <paramref name="maxDepth"/> levels.</summary>
    public static JsonPaths? Parse(string json, int maxDepth)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            using var text = new StringReader(json);
            using var reader = new JsonTextReader(text) { DateParseHandling = DateParseHandling.None, MaxDepth = maxDepth };
            return new JsonPaths(JToken.ReadFrom(reader));
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
            Follow(new JObject(), path);
            return UnionFromTheEnd.IsMatch(path) ? "of several indexes, none may count from the end" : null;
        }
        catch (Exception exception) when (IsOfThePath(exception))
        {
            return exception.Message;
        }
    }

    /// <summary>The path names one place, whatever comes behind it: members and indexes from the front.</summary>
    public static bool IsDefinite(string path) => DefinitePath.IsMatch(path);

    /// <summary>What lies at the path, each as JSON.</summary>
    /// <exception cref="JsonPathException">The path is none, or takes too long to follow.</exception>
    public IReadOnlyList<string> Select(string path)
    {
        try
        {
            return [.. Follow(_root, path).Select(Write)];
        }
        catch (Exception exception) when (IsOfThePath(exception))
        {
            throw new JsonPathException(exception.Message, exception);
        }
    }

    /// <summary>A number beyond a double is written as what it was read as, which is no JSON; the library would make a text of it.</summary>
    private static string Write(JToken token)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        using var writer = new JsonTextWriter(text) { FloatFormatHandling = FloatFormatHandling.Symbol };
        token.WriteTo(writer);
        return text.ToString();
    }

    private static List<JToken> Follow(JToken root, string path) => [.. root.SelectTokens(CountFromTheEnd(path), Settings).Take(MaxFound)];

    /// <summary>The library has no negative indexes, but slices: <c>[-2]</c> is <c>[-2:-1]</c>, and the last is <c>[-1:]</c>.</summary>
    private static string CountFromTheEnd(string path) => TextOrIndexFromTheEnd.Replace(path, found => found.Groups["n"] switch
    {
        { Success: false } => found.Value,
        { Value: "1" } => "[-1:]",
        var index => $"[-{index.Value}:-{int.Parse(index.Value, CultureInfo.InvariantCulture) - 1}]",
    });

    /// <summary>Of broken paths, the library throws more than its own exceptions.</summary>
    private static bool IsOfThePath(Exception exception) =>
        exception is JsonException or RegexMatchTimeoutException or ArgumentException or FormatException or OverflowException or InvalidCastException
            or InvalidOperationException or IndexOutOfRangeException or NullReferenceException;
}
