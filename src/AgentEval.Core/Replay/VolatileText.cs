using System.Text.RegularExpressions;

namespace AgentEval.Core.Replay;

/// <summary>Replaces what differs between any two runs and says nothing: identifiers, times, and the session of the trial.</summary>
internal sealed partial class VolatileText
{
    private readonly Regex? _session;

    /// <param name="trialId">Sessions are made from it: <c>{scope}.{trialId}.{attempt}</c>.</param>
    public VolatileText(string trialId) => _session = trialId.Length == 0
        ? null
        : new Regex($@"[A-Za-z0-9_\-]+(\.[A-Za-z0-9_\-]+)*\.{Regex.Escape(trialId)}\.[0-9]+", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    public string Normalise(string text)
    {
        var result = _session?.Replace(text, "<session>") ?? text;
        result = Uuid().Replace(result, "<id>");
        result = Time().Replace(result, "<time>");
        result = UnixTime().Replace(result, "<time>");

        // Digits alone may be an account or a card: only mixed strings are taken for hashes.
        return Hexadecimal().Replace(result, match => match.Value.Any(char.IsAsciiLetter) && match.Value.Any(char.IsAsciiDigit) ? "<id>" : match.Value);
    }

    [GeneratedRegex(@"\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b", RegexOptions.NonBacktracking)]
    private static partial Regex Uuid();

    [GeneratedRegex(@"\b[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?(Z|[+\-][0-9]{2}:?[0-9]{2})?", RegexOptions.NonBacktracking)]
    private static partial Regex Time();

    /// <summary>Seconds or milliseconds since 1970, from 2001 to 2033.</summary>
    [GeneratedRegex(@"\b1[0-9]{9}([0-9]{3})?\b", RegexOptions.NonBacktracking)]
    private static partial Regex UnixTime();

    [GeneratedRegex(@"\b[0-9a-fA-F]{16,}\b", RegexOptions.NonBacktracking)]
    private static partial Regex Hexadecimal();
}
