using System.CommandLine;
using System.CommandLine.Parsing;
using AgentEval.Cli.Commands;
using AgentEval.Core.Json;

namespace AgentEval.Cli.Rendering;

/// <summary>What is wrong with a command line, in words for people: the parser's own name .NET types, and take a misspelt option for an argument.</summary>
internal static class CommandLineProblems
{
    public static IReadOnlyList<string> Of(ParseResult parsed)
    {
        if (!parsed.CommandResult.Command.TreatUnmatchedTokensAsErrors)
        {
            return [];
        }

        var unknown = Told(Misread(parsed).Concat(parsed.UnmatchedTokens), parsed.CommandResult).Select(token => Unknown(token, parsed.CommandResult)).ToList();
        if (parsed.UnmatchedTokens.Count > 0 && WithoutValue(parsed) is { Count: > 0 } assignments)
        {
            return assignments;
        }

        var others = parsed.Errors.Where(error => !IsAboutTheUnknown(error)).Select(Describe).Distinct(StringComparer.Ordinal);
        return unknown.Count == 0 && parsed.Errors.Any(IsAboutMissingCommand) ? ["Name a command."] : [.. unknown, .. others];
    }

    /// <summary>A word that is none of those an option takes.</summary>
    public static string NotOneOf(Option option, string word, IReadOnlyCollection<string> words) =>
        $"{option.Name}: '{word}' is not one of {string.Join(", ", words)}.{DidYouMean(word, words)}";

    /// <summary>The help that would have told.</summary>
    public static string Help(ParseResult parsed)
    {
        var path = new List<string>();
        for (SymbolResult? result = parsed.CommandResult; result is CommandResult { Command: var command and not RootCommand }; result = result.Parent)
        {
            path.Insert(0, command.Name);
        }

        return $"See: {string.Join(' ', ["agenteval", .. path, "--help"])}";
    }

    /// <summary>Options nobody knows that stand where an argument or a value belongs. After <c>--</c> everything is an argument.</summary>
    private static IEnumerable<string> Misread(ParseResult parsed) => parsed.Tokens.Any(token => token.Type == TokenType.DoubleDash)
        ? []
        : parsed.CommandResult.Children.SelectMany(child => child.Tokens).Select(token => token.Value).Where(value => value.StartsWith("--", StringComparison.Ordinal));

    /// <summary>A misspelt option leaves its value behind, and a misspelt command its arguments, which are not worth a word of their own.</summary>
    private static IEnumerable<string> Told(IEnumerable<string> unknown, CommandResult command)
    {
        var tokens = unknown.Distinct(StringComparer.Ordinal).ToList();
        return command.Command.Subcommands.Count > 0 && !IsOption(tokens.FirstOrDefault("-")) ? tokens.Take(1)
            : tokens.Exists(IsOption) ? tokens.Where(IsOption)
            : tokens;
    }

    /// <summary><c>--gate minPassRate 0.9</c>: what follows was meant as the value.</summary>
    private static List<string> WithoutValue(ParseResult parsed)
    {
        var problems = new List<string>();
        foreach (var option in parsed.CommandResult.Children.OfType<OptionResult>().Where(result => result.Option.HelpName?.Contains('=', StringComparison.Ordinal) == true))
        {
            foreach (var name in option.Tokens.Where(token => !token.Value.Contains('=', StringComparison.Ordinal)))
            {
                var next = parsed.Tokens.SkipWhile(token => !token.Equals(name)).ElementAtOrDefault(1) is { Type: TokenType.Argument } value ? value.Value : "VALUE";
                problems.Add($"{option.Option.Name} takes {option.Option.HelpName} as one word: {option.Option.Name} {name.Value}={next}");
            }
        }

        return problems;
    }

    private static bool IsOption(string token) => token.StartsWith('-');

    private static string Unknown(string token, CommandResult command)
    {
        if (IsOption(token))
        {
            return $"There is no option {token}.{DidYouMean(token, Options(command).Select(option => option.Name))}";
        }

        if (command.Command.Subcommands.Count > 0)
        {
            return $"There is no command {token}.{DidYouMean(token, command.Command.Subcommands.Select(each => each.Name))}";
        }

        return $"{token} is one argument too many.";
    }

    /// <summary>Of two words of which one begins with the other, such as <c>--out</c> and <c>--output</c>, both are named where both are near.</summary>
    private static string DidYouMean(string token, IEnumerable<string> known)
    {
        var words = known.ToList();
        if (NearestWord.Find(token, words) is not { } near)
        {
            return "";
        }

        var other = NearestWord.Find(token, words.Where(word => word != near && (word.StartsWith(near, StringComparison.Ordinal) || near.StartsWith(word, StringComparison.Ordinal))));
        return $" Did you mean {near}{(other is null ? "" : $" or {other}")}?";
    }

    private static IEnumerable<Option> Options(CommandResult command)
    {
        for (SymbolResult? result = command; result is CommandResult { Command: var each }; result = result.Parent)
        {
            foreach (var option in each.Options.Where(option => each == command.Command || option.Recursive))
            {
                yield return option;
            }
        }
    }

    private static bool IsAboutTheUnknown(ParseError error) =>
        error.Message.StartsWith("Unrecognized command or argument", StringComparison.Ordinal) || IsAboutMissingCommand(error);

    private static bool IsAboutMissingCommand(ParseError error) => error.Message.StartsWith("Required command", StringComparison.Ordinal);

    private static string Describe(ParseError error)
    {
        if (error.Message.StartsWith("Cannot parse argument", StringComparison.Ordinal) && OptionOf(error.SymbolResult) is { } option)
        {
            return OptionChecks.Names(option.ValueType) is { Count: > 0 } names
                ? NotOneOf(option, Given(error), names)
                : $"{option.Name}: '{Given(error)}' is not {Expected(option.ValueType)}.";
        }

        if (error.Message.Split("Must be one of:") is [_, var known] && OptionOf(error.SymbolResult) is { } choice)
        {
            return NotOneOf(choice, Given(error), [.. Words(known).Select(word => word.Trim('\''))]);
        }

        if (error.Message.StartsWith("Required argument missing", StringComparison.Ordinal) && error.SymbolResult is ArgumentResult { Argument: var argument })
        {
            return $"{argument.Name} is missing.";
        }

        // One line, and no .NET type.
        var type = error.Message.IndexOf(" as expected type '", StringComparison.Ordinal);
        return string.Join(' ', Words(type < 0 ? error.Message : error.Message[..type] + "."));
    }

    private static string Given(ParseError error) => string.Join(' ', error.SymbolResult!.Tokens.Select(token => token.Value));

    private static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static Option? OptionOf(SymbolResult? result) => result switch
    {
        OptionResult { Option: var option } => option,
        ArgumentResult { Parent: OptionResult { Option: var option } } => option,
        _ => null,
    };

    private static string Expected(Type type)
    {
        var value = Nullable.GetUnderlyingType(type) ?? type;
        return value switch
        {
            _ when value == typeof(double) => "a number",
            _ when value == typeof(DateTimeOffset) => "a time, such as 2026-01-31T09:00:00Z",
            _ when value == typeof(int) || value == typeof(long) => "a whole number, or is too large",
            _ => "a value it takes",
        };
    }
}
