using System.Text.Json.Nodes;

namespace AgentEval.Cli.Runs;

/// <summary>What <c>run</c> was told about the run request. Null, or empty: not said.</summary>
internal sealed record RunArguments
{
    /// <summary>A file, or <c>name[@version]</c> of a stored suite.</summary>
    public string? Suite { get; init; }

    /// <summary>A file, a URL, or the name of a stored agent.</summary>
    public string? Agent { get; init; }

    /// <summary>Of an agent that is given as a URL.</summary>
    public string? AgentType { get; init; }

    public string? Model { get; init; }

    /// <summary>A run request, or a part of one, that the other arguments override.</summary>
    public string? ConfigFile { get; init; }

    public long? Seed { get; init; }

    public int? Epochs { get; init; }

    public int? Limit { get; init; }

    public string? RedTeamLevel { get; init; }

    public double? ReplayFraction { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    public IReadOnlyList<string> Categories { get; init; } = [];

    public IReadOnlyList<string> Difficulties { get; init; } = [];

    public IReadOnlyList<string> Scenarios { get; init; } = [];

    public int? MaxParallel { get; init; }

    public double? DelaySeconds { get; init; }

    public double? TimeoutSeconds { get; init; }

    public int? Retries { get; init; }

    public string? FailFast { get; init; }

    /// <summary><c>limit=value</c> each.</summary>
    public IReadOnlyList<string> Gate { get; init; } = [];

    /// <summary><c>path.of.keys=value</c> each.</summary>
    public IReadOnlyList<string> Set { get; init; } = [];

    public bool IsEmpty => (Suite, Agent, AgentType, Model, ConfigFile) is (null, null, null, null, null) && !Settings().Any();

    /// <summary>What options set in the run request, in the order in which the later wins.</summary>
    /// <exception cref="CliException">As of <see cref="SettingPath.Parse"/>.</exception>
    public IReadOnlyList<OptionSetting> Settings() => [.. OwnOptions().OfType<OptionSetting>(), .. Assigned("--gate", Gate, "gate."), .. Assigned("--set", Set, "")];

    private IEnumerable<OptionSetting?> OwnOptions() =>
    [
        Of("--seed", "seed", Seed),
        Of("--epochs", "epochs", Epochs),
        Of("--limit", "limit", Limit),
        OfAll("--tag", "filters.tags", Tags),
        OfAll("--category", "filters.categories", Categories),
        OfAll("--difficulty", "filters.difficulties", Difficulties),
        OfAll("--scenario", "filters.scenarios", Scenarios),
        Of("--max-parallel", "execution.maxParallel", MaxParallel),
        Of("--delay", "execution.delaySeconds", DelaySeconds),
        Of("--timeout", "execution.timeoutSeconds", TimeoutSeconds),
        Of("--retries", "execution.retries", Retries),
        Of("--fail-fast", "execution.failFast", FailFast),
        Of("--red-team", "redTeam.level", RedTeamLevel),
        Of("--replay", "replay.fraction", ReplayFraction),
    ];

    private static OptionSetting? Of<T>(string option, string path, T? value) => value is null ? null : new OptionSetting(option, path, JsonValue.Create(value));

    private static OptionSetting? OfAll(string option, string path, IReadOnlyList<string> values) =>
        values.Count == 0 ? null : new OptionSetting(option, path, new JsonArray([.. values.Select(value => (JsonNode)value)]));

    private static IEnumerable<OptionSetting> Assigned(string option, IReadOnlyList<string> assignments, string prefix)
    {
        foreach (var assignment in assignments)
        {
            var (path, value) = SettingPath.Parse(assignment, option);
            yield return new OptionSetting($"{option} {path}", prefix + path, value);
        }
    }
}
