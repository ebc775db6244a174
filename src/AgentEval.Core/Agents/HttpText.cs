using System.Buffers;

namespace AgentEval.Core.Agents;

/// <summary>What may stand in a header (RFC 9110, sections 5.1 and 5.5).</summary>
internal static class HttpText
{
    private static readonly SearchValues<char> TokenCharacters = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public static bool IsHeaderName(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExcept(TokenCharacters);

    public static bool IsHeaderValue(string text) => !text.AsSpan().ContainsAnyExceptInRange(' ', '~');
}
