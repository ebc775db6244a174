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

    public bool IsEmpty => (Suite, Agent, AgentType, Model, ConfigFile) is (null, null, null, null, null) && Gate.Count + Set.Count + ToSettings().Count == 0;

    /// <summary>The settings that have an option of their own, as blocks of the run request.</summary>
    public JsonObject ToSettings()
    {
        var settings = new JsonObject();
        Put("seed", Seed);
        Put("epochs", Epochs);
        Put("limit", Limit);
        PutList("filters.tags", Tags);
        PutList("filters.categories", Categories);
        PutList("filters.difficulties", Difficulties);
        PutList("filters.scenarios", Scenarios);
        Put("execution.maxParallel", MaxParallel);
        Put("execution.delaySeconds", DelaySeconds);
        Put("execution.timeoutSeconds", TimeoutSeconds);
        Put("execution.retries", Retries);
        Put("execution.failFast", FailFast);
        Put("redTeam.level", RedTeamLevel);
        Put("replay.fraction", ReplayFraction);
        return settings;

        void Put<T>(string path, T? value)
        {
            if (value is not null)
            {
                SettingPath.Set(settings, path, JsonValue.Create(value));
            }
        }

        void PutList(string path, IReadOnlyList<string> values)
        {
            if (values.Count > 0)
            {
                SettingPath.Set(settings, path, new JsonArray([.. values.Select(value => (JsonNode)value)]));
            }
        }
    }
}
