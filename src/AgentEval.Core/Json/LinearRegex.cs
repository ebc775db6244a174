using System.Text.RegularExpressions;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Json;

/// <summary>Patterns that users write, matched in time linear in the text.</summary>
internal static class LinearRegex
{
    /// <summary>Null after reporting a pattern that is wrong, too large, or needs backtracking (lookaround, back references, atomic groups).</summary>
    public static Regex? Create(string pattern, RegexOptions options, string path, ProblemList problems)
    {
        try
        {
            return new Regex(pattern, options | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
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
}
