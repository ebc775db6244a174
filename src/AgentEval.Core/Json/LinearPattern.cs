using System.Text.RegularExpressions;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Json;

/// <summary>
/// A pattern that a user wrote, matched in time linear in the text. Compiled, such a pattern takes milliseconds and hundreds of kilobytes, so it is
/// compiled when it is first matched, and <see cref="Regex.CacheSize"/> of them are kept for the whole process.
/// </summary>
internal sealed record LinearPattern
{
    /// <summary>Far below what the linear matcher takes for a pattern whose parts are not repeated by number.</summary>
    private const int CertainlySmall = 1_000;

    private readonly RegexOptions _options;

    private LinearPattern(string text, RegexOptions options)
    {
        Text = text;
        _options = options;
    }

    public string Text { get; }

    /// <summary>Null after reporting a pattern that is wrong, too large, or needs backtracking (lookaround, back references, atomic groups).</summary>
    public static LinearPattern? Create(string pattern, bool ignoreCase, string path, ProblemList problems)
    {
        var options = RegexOptions.CultureInvariant | (ignoreCase ? RegexOptions.IgnoreCase : RegexOptions.None);
        var linear = options | RegexOptions.NonBacktracking;
        try
        {
            _ = new Regex(pattern, IsCertainlyLinear(pattern) ? options : linear);
            return new LinearPattern(pattern, linear);
        }
        catch (NotSupportedException)
        {
            problems.Error(
                path,
                ProblemCodes.Unsupported,
                "The pattern is too large or uses lookaround, back references or atomic groups, which cannot be matched in linear time.");
        }
        catch (ArgumentException exception)
        {
            problems.Error(path, ProblemCodes.InvalidValue, $"The pattern is not a regular expression: {exception.Message}");
        }

        return null;
    }

    public Match Match(string text) => Regex.Match(text, Text, _options);

    public bool IsMatch(string text) => Regex.IsMatch(text, Text, _options);

    public override string ToString() => Text;

    /// <summary>
    /// Without groups of a special kind, references and counted repetitions nothing is left that the linear matcher could refuse, and the parser
    /// alone says whether the pattern is well formed. It is a hundred times faster.
    /// </summary>
    private static bool IsCertainlyLinear(string pattern)
    {
        if (pattern.Length > CertainlySmall || pattern.Contains('{') || pattern.Contains("(?", StringComparison.Ordinal))
        {
            return false;
        }

        for (var at = pattern.IndexOf('\\'); at >= 0 && at + 1 < pattern.Length; at = pattern.IndexOf('\\', at + 2))
        {
            if (char.IsAsciiDigit(pattern[at + 1]) || pattern[at + 1] is 'k' or 'G')
            {
                return false;
            }
        }

        return true;
    }
}
