using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

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

    /// <summary>It is sent as an HTTP header.</summary>
    public static Option<string?> Header(this Option<string?> option) => Checked(option, "give letters, digits and signs of ASCII.", IsHeader);

    public static bool IsHeader(string value) => value.Length > 0 && value.All(c => c is >= ' ' and <= '~');

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
