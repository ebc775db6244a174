using System.Globalization;
using AgentEval.Core.Runs;
using AgentEval.Core.Validators;

namespace AgentEval.Client;

/// <summary>Which runs to list. Null: any.</summary>
public sealed record RunQuery
{
    public string? Agent { get; init; }

    public string? Suite { get; init; }

    public RunStatus? Status { get; init; }

    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? To { get; init; }

    /// <summary>Rows of a page; null: the service's own size.</summary>
    public int? Top { get; init; }

    /// <summary>The former page's.</summary>
    public string? Cursor { get; init; }

    internal string ToQueryString() => new QueryString()
        .Add("agent", Agent).Add("suite", Suite).Add("status", Status).Add("from", From).Add("to", To).Add("top", Top).Add("cursor", Cursor)
        .ToString();
}

/// <summary>Which trials to list. Null: any.</summary>
public sealed record TrialQuery
{
    public TrialStatus? Status { get; init; }

    public string? Scenario { get; init; }

    /// <inheritdoc cref="RunQuery.Top"/>
    public int? Top { get; init; }

    /// <inheritdoc cref="RunQuery.Cursor"/>
    public string? Cursor { get; init; }

    internal string ToQueryString() =>
        new QueryString().Add("status", Status).Add("scenario", Scenario).Add("top", Top).Add("cursor", Cursor).ToString();
}

/// <summary>Which violations to list. Null: any.</summary>
public sealed record ViolationQuery
{
    public string? Validator { get; init; }

    public string? Type { get; init; }

    public Severity? Severity { get; init; }

    /// <inheritdoc cref="RunQuery.Top"/>
    public int? Top { get; init; }

    /// <inheritdoc cref="RunQuery.Cursor"/>
    public string? Cursor { get; init; }

    internal string ToQueryString() =>
        new QueryString().Add("validator", Validator).Add("type", Type).Add("severity", Severity).Add("top", Top).Add("cursor", Cursor).ToString();
}

internal sealed class QueryString
{
    private readonly List<string> _pairs = [];

    public QueryString Add(string name, string? value)
    {
        if (value is not null)
        {
            _pairs.Add($"{name}={Uri.EscapeDataString(value)}");
        }

        return this;
    }

    public QueryString Add(string name, int? value) => Add(name, value?.ToString(CultureInfo.InvariantCulture));

    public QueryString Add(string name, DateTimeOffset? value) => Add(name, value?.ToString("O", CultureInfo.InvariantCulture));

    public QueryString Add<T>(string name, T? value)
        where T : struct, Enum => Add(name, value is { } given ? System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(given.ToString()) : null);

    public override string ToString() => _pairs.Count == 0 ? "" : "?" + string.Join('&', _pairs);
}
