using System.Buffers;

namespace AgentEval.Core.Scenarios;

/// <summary>Which texts may stand in keys, paths and addresses.</summary>
public static class Identifiers
{
    public const int MaxLength = 100;

    private static readonly SearchValues<char> IdCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-");
    private static readonly SearchValues<char> VersionCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-+");

    /// <summary>A scenario's or an attack's id: <c>[A-Za-z0-9_.-]{1,100}</c>.</summary>
    public static bool IsId(string text) => text.Length is > 0 and <= MaxLength && !text.AsSpan().ContainsAnyExcept(IdCharacters);

    /// <summary>A suite's or an agent's name: an id that begins with a letter or digit.</summary>
    public static bool IsName(string text) => IsId(text) && char.IsAsciiLetterOrDigit(text[0]);

    /// <summary>A suite's or an agent's version: as a name, at most 50 characters, <c>+</c> allowed.</summary>
    public static bool IsVersion(string text) =>
        text.Length is > 0 and <= 50 && char.IsAsciiLetterOrDigit(text[0]) && !text.AsSpan().ContainsAnyExcept(VersionCharacters);
}
