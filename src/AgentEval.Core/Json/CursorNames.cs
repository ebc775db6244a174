using AgentEval.Core.Problems;
using AgentEval.Core.Scenarios;

namespace AgentEval.Core.Json;

/// <summary>Reads the texts that become parts of keys and addresses.</summary>
internal static class CursorNames
{
    /// <summary>A suite's or an agent's name.</summary>
    public static string? Name(this ObjectCursor cursor, string key, bool required) =>
        Checked(cursor, key, cursor.Text(key, required), Identifiers.IsName, $"at most {Identifiers.MaxLength} letters, digits, _ . or -, beginning with a letter or digit");

    /// <summary>A version; a number is taken as written.</summary>
    public static string? Version(this ObjectCursor cursor, string key) =>
        Checked(cursor, key, cursor.TextOrNumber(key), Identifiers.IsVersion, "at most 50 letters, digits, _ . - or +, beginning with a letter or digit");

    /// <summary>A scenario's or a criterion's id.</summary>
    public static string? Id(this ObjectCursor cursor, string key, bool required) =>
        Checked(cursor, key, cursor.Text(key, required), Identifiers.IsId, $"at most {Identifiers.MaxLength} letters, digits, _ . or -");

    private static string? Checked(ObjectCursor cursor, string key, string? text, Func<string, bool> isValid, string rule)
    {
        if (text is null || isValid(text))
        {
            return text;
        }

        cursor.Error(key, ProblemCodes.InvalidFormat, $"'{key}' must be {rule}, but is \"{Found.Cut(text)}\".");
        return null;
    }
}
