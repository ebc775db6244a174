using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using AgentEval.Cli.Rendering;

namespace AgentEval.Cli.Commands;

/// <summary>What the values of some options must be, beyond their type. What is not of the type at all is told by the parser.</summary>
internal static class OptionChecks
{
    /// <summary>JSON knows neither infinity nor NaN.</summary>
    public static Option<double?> Finite(this Option<double?> option) => Checked(
        option, "give a finite number.", text => !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || double.IsFinite(value));

    public static Option<int> Within(this Option<int> option, int minimum, int maximum) => Checked(
        option, $"give a number from {minimum} to {maximum}.",
        text => !int.TryParse(text, CultureInfo.InvariantCulture, out var value) || (value >= minimum && value <= maximum));

    /// <summary>One of these words: a slip must not become a filter that nothing passes.</summary>
    public static Option<string?> OneOf(this Option<string?> option, IReadOnlyList<string> words) => OneOf(option, words, StringComparer.Ordinal);

    /// <summary>One of the names, in any case. The parser alone would also take numbers, and several names with commas.</summary>
    public static Option<T> OneOf<T>(this Option<T> option) => OneOf(option, Names(typeof(T)), StringComparer.OrdinalIgnoreCase);

    /// <summary>The names of an enumeration, or of one that may be null, as a user writes them; none of another type.</summary>
    public static IReadOnlyList<string> Names(Type type) => (Nullable.GetUnderlyingType(type) ?? type) is { IsEnum: true } names
        ? [.. Enum.GetNames(names).Select(JsonNamingPolicy.CamelCase.ConvertName)]
        : [];

    /// <summary>It is sent as an HTTP header.</summary>
    public static Option<string?> Header(this Option<string?> option) => Checked(option, "give letters, digits and signs of ASCII.", IsHeader);

    public static bool IsHeader(string value) => value.Length > 0 && value.All(c => c is >= ' ' and <= '~');

    private static T OneOf<T>(T option, IReadOnlyList<string> words, StringComparer comparer)
        where T : Option
    {
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => !words.Contains(token.Value, comparer)))
            {
                result.AddError(CommandLineProblems.NotOneOf(option, token.Value, words));
            }
        });
        return option;
    }

    private static T Checked<T>(T option, string rule, Func<string, bool> isRight)
        where T : Option
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens.Any(token => !isRight(token.Value)))
            {
                result.AddError($"{option.Name}: {rule}");
            }
        });
        return option;
    }
}
