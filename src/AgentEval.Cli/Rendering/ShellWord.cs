namespace AgentEval.Cli.Rendering;

/// <summary>Text as one word of a command line.</summary>
internal static class ShellWord
{
    /// <summary>In quotes where a shell would take it apart.</summary>
    public static string Of(string text) => text.Length > 0 && text[0] != '~' && text.All(IsPlain)
        ? text
        : OperatingSystem.IsWindows() ? $"\"{text}\"" : $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    private static bool IsPlain(char c) => char.IsLetterOrDigit(c) || c is '/' or '.' or '-' or '_' or ':' or '@' or '%' or '+' or '=' or ',' or '~' || (c == '\\' && OperatingSystem.IsWindows());
}
