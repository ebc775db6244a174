using System.Globalization;
using System.Text;
using AgentEval.Core.Json;
using AgentEval.Core.Problems;
using AgentEval.Functions.Storage;
using Microsoft.Azure.Functions.Worker.Http;

namespace AgentEval.Functions.Triggers.Http;

/// <summary>Reads query parameters and collects everything wrong with them.</summary>
internal sealed class RequestQuery(HttpRequestData request)
{
    private const int DefaultTop = 100;
    private const int MaxTop = 1_000;

    /// <summary>Tables refuse times before 1601.</summary>
    private const int FirstYear = 1602;
    private const string CursorPrefix = "v1:";

    /// <summary>What the host reads itself.</summary>
    private static readonly string[] HostNames = ["code", "clientId"];

    private readonly ProblemList _problems = new();
    private readonly List<string> _known = [];

    public string? Text(string name)
    {
        _known.Add(name);
        return request.Query[name] is { Length: > 0 } value ? value : null;
    }

    /// <param name="name">The parameter.</param>
    /// <param name="words">What it may be.</param>
    public string? OneOf(string name, IReadOnlyList<string> words)
    {
        var text = Text(name);
        if (text is not null && !words.Contains(text, StringComparer.Ordinal))
        {
            _problems.Error(name, ProblemCodes.InvalidValue, $"'{text}' is none of {string.Join(", ", words)}.");
        }

        return text;
    }

    public bool Flag(string name, bool fallback)
    {
        if (Text(name) is not { } text)
        {
            return fallback;
        }

        if (bool.TryParse(text, out var value))
        {
            return value;
        }

        _problems.Error(name, ProblemCodes.WrongType, $"'{text}' is neither true nor false.");
        return fallback;
    }

    public int Number(string name, int fallback, int least, int most)
    {
        if (Text(name) is not { } text)
        {
            return fallback;
        }

        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
        {
            return value;
        }

        _problems.Error(name, ProblemCodes.OutOfRange, $"'{text}' is not a whole number from {least} to {most}.");
        return fallback;
    }

    public int Top() => Number("top", DefaultTop, 1, MaxTop);

    public DateTimeOffset? Time(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var value) && value.UtcDateTime.Year >= FirstYear)
        {
            return value;
        }

        _problems.Error(name, ProblemCodes.InvalidFormat, $"'{text}' is not a time; write 2026-01-31 or 2026-01-31T12:00:00Z.");
        return null;
    }

    public TEnum? OneOf<TEnum>(string name)
        where TEnum : struct, Enum
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        foreach (var value in Enum.GetValues<TEnum>())
        {
            if (RunRow.Name(value) == text)
            {
                return value;
            }
        }

        _problems.Error(name, ProblemCodes.InvalidValue, $"'{text}' is none of {string.Join(", ", Enum.GetValues<TEnum>().Select(RunRow.Name))}.");
        return null;
    }

    /// <summary>A cursor is opaque to clients: a page's continuation, made safe for a URL.</summary>
    public string? Cursor()
    {
        if (Text("cursor") is not { } text)
        {
            return null;
        }

        if (TryDecode(text) is { } continuation && continuation.StartsWith(CursorPrefix, StringComparison.Ordinal))
        {
            return continuation[CursorPrefix.Length..];
        }

        _problems.Error("cursor", ProblemCodes.InvalidValue, "This cursor was not given by this API; start without one.");
        return null;
    }

    public static string? ToCursor(string? continuation) =>
        continuation is null ? null : Convert.ToBase64String(Encoding.UTF8.GetBytes(CursorPrefix + continuation)).Replace('+', '-').Replace('/', '_');

    /// <summary>After everything was read: a name that was not is a slip, and would be ignored without a word. Names with a hyphen belong to gateways.</summary>
    /// <exception cref="ApiException">400 with all that was wrong.</exception>
    public void Check()
    {
        foreach (var name in request.Query.AllKeys.OfType<string>().Where(name => name.Length > 0 && !name.Contains('-', StringComparison.Ordinal)))
        {
            if (!_known.Concat(HostNames).Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                _problems.Error(name, ProblemCodes.UnknownKey, $"Unknown parameter '{name}'. {NearestWord.Hint(name, _known)}");
            }
        }

        if (_problems.HasErrors)
        {
            throw ApiException.BadRequest(_problems);
        }
    }

    private static string? TryDecode(string cursor)
    {
        var buffer = new byte[cursor.Length];
        return Convert.TryFromBase64String(cursor.Replace('-', '+').Replace('_', '/'), buffer, out var written)
            ? Encoding.UTF8.GetString(buffer, 0, written)
            : null;
    }
}
