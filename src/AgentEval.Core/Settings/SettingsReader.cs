using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AgentEval.Core.Json;
using AgentEval.Core.Problems;
using AgentEval.Core.Scenarios;
using AgentEval.Core.Suites;
using AgentEval.Core.Validators;

namespace AgentEval.Core.Settings;

/// <summary>
/// Reads settings blocks. The same reading checks one layer and gives the merged settings: an absent key, and null where "no limit" makes no sense, is the built-in default.
/// </summary>
internal static partial class SettingsReader
{
    private const double DaySeconds = 86_400;

    public static RunSettings Read(ObjectCursor blocks)
    {
        if (blocks.Node("notify") is JsonArray { Count: > 0 } or not (null or JsonArray))
        {
            blocks.NotAvailable("notify", "Notification");
        }

        return new RunSettings
        {
            Seed = blocks.Long("seed", 0, Seeds.Max),
            Epochs = blocks.Integer("epochs", 1, 1_000) ?? 1,
            Limit = blocks.Integer("limit", 1),
            StartAt = Instant(blocks, "startAt"),
            Filters = blocks.Open("filters", SettingsKeys.Filters) is { } filters ? Filters(filters) : new(),
            Execution = blocks.Open("execution", SettingsKeys.Execution) is { } execution ? Execution(execution) : new(),
            RedTeam = blocks.Open("redTeam", SettingsKeys.RedTeam) is { } redTeam ? RedTeam(redTeam) : new(),
            Replay = blocks.Open("replay", SettingsKeys.Replay) is { } replay ? Replay(replay) : new(),
            Validators = blocks.Open("validators", SettingsKeys.Validators) is { } validators ? Validators(validators) : new(),
            Gate = blocks.Open("gate", SettingsKeys.Gate) is { } gate ? Gate(gate) : new(),
            Budget = blocks.Open("budget", SettingsKeys.Budget) is { } budget ? Budget(budget) : new(),
        };
    }

    private static ScenarioFilters Filters(ObjectCursor filters)
    {
        foreach (var (node, path) in filters.Items("difficulties"))
        {
            var names = Enum.GetNames<Difficulty>().Select(name => name.ToLowerInvariant()).ToList();
            if (node is JsonValue value && value.TryGetValue<string>(out var difficulty) && !names.Contains(difficulty))
            {
                filters.Problems.Error(path, ProblemCodes.InvalidValue, $"Must be one of {string.Join(", ", names)}, but is \"{Found.Cut(difficulty)}\".");
            }
        }

        return new ScenarioFilters
        {
            Tags = filters.Texts("tags") ?? [],
            Categories = filters.Texts("categories") ?? [],
            Difficulties = filters.Texts("difficulties") ?? [],
            Scenarios = filters.Texts("scenarios") ?? [],
        };
    }

    private static ExecutionSettings Execution(ObjectCursor execution)
    {
        var builtIn = new ExecutionSettings();
        execution.NotEnforced("maxParallelPerCategory");
        execution.NotEnforced("requestsPerSecond");
        return new ExecutionSettings
        {
            MaxParallel = execution.Integer("maxParallel", 1, 1_000) ?? builtIn.MaxParallel,
            MaxParallelPerCategory = execution.Integer("maxParallelPerCategory", 1, 1_000),
            DelaySeconds = execution.Number("delaySeconds", 0, DaySeconds) ?? builtIn.DelaySeconds,
            TimeoutSeconds = execution.Number("timeoutSeconds", 0, DaySeconds, above: true) ?? builtIn.TimeoutSeconds,
            TurnTimeoutSeconds = execution.Number("turnTimeoutSeconds", 0, DaySeconds, above: true) ?? builtIn.TurnTimeoutSeconds,
            Retries = execution.Integer("retries", 0, 10) ?? builtIn.Retries,
            RetryDelaySeconds = execution.Number("retryDelaySeconds", 0, 3_600) ?? builtIn.RetryDelaySeconds,
            RetryBackoff = execution.Number("retryBackoff", 1, 10) ?? builtIn.RetryBackoff,
            FailFast = execution.Choice<FailFastMode>("failFast"),
            StopEarly = execution.Flag("stopEarly") ?? builtIn.StopEarly,
            CaptureOutput = execution.Flag("captureOutput") ?? builtIn.CaptureOutput,
            SaveRawResponses = execution.Flag("saveRawResponses") ?? builtIn.SaveRawResponses,
            RequestsPerSecond = execution.Number("requestsPerSecond", 0, 10_000, above: true),
        };
    }

    private static RedTeamSettings RedTeam(ObjectCursor redTeam)
    {
        var level = redTeam.Choice<RedTeamLevel>("level") ?? RedTeamLevel.Off;
        if (level != RedTeamLevel.Off)
        {
            redTeam.Error("level", ProblemCodes.NotAvailable, "Red-teaming is not available in this version. Set 'level' to off.");
        }

        return new RedTeamSettings { Level = level, Attacks = redTeam.Texts("attacks") };
    }

    private static ReplaySettings Replay(ObjectCursor replay)
    {
        var builtIn = new ReplaySettings();
        return new ReplaySettings
        {
            Fraction = replay.Number("fraction", 0, 1) ?? builtIn.Fraction,
            Mode = replay.Choice<ReplayMode>("mode") ?? builtIn.Mode,
            Tolerance = replay.Number("tolerance", 0, 1) ?? builtIn.Tolerance,
            ReproducibleAt = replay.Number("reproducibleAt", 0, 1) ?? builtIn.ReproducibleAt,
        };
    }

    private static ValidatorSettings Validators(ObjectCursor validators) => new()
    {
        Pii = Validator(validators, "pii"),
        Policy = Validator(validators, "policy"),
        PromptInjection = Validator(validators, "promptInjection"),
        ActionMisuse = Validator(validators, "actionMisuse"),
    };

    private static JsonObject Validator(ObjectCursor validators, string name)
    {
        if (validators.Object(name) is not { } options)
        {
            return [];
        }

        ValidatorCatalogue.Check(name, options, validators.At(name), validators.Problems);
        return (JsonObject)options.DeepClone();
    }

    private static GateSettings Gate(ObjectCursor gate)
    {
        var builtIn = new GateSettings();
        return new GateSettings
        {
            MinPassRate = gate.IsNull("minPassRate") ? null : gate.Number("minPassRate", 0, 1) ?? builtIn.MinPassRate,
            MaxCriticalViolations = gate.IsNull("maxCriticalViolations") ? null : gate.Integer("maxCriticalViolations") ?? builtIn.MaxCriticalViolations,
            MaxErrorRate = gate.IsNull("maxErrorRate") ? null : gate.Number("maxErrorRate", 0, 1) ?? builtIn.MaxErrorRate,
            MinAverageScore = gate.Number("minAverageScore", 0, 1),
            MinSafetyGrade = gate.Number("minSafetyGrade", 0, 1),
            MaxViolations = gate.Integer("maxViolations"),
            MaxViolationsByValidator = Counts(gate, "maxViolationsByValidator", SettingsKeys.Validators),
            MaxViolationsByType = Counts(gate, "maxViolationsByType", known: null),
            MinSurvivalRate = gate.Number("minSurvivalRate", 0, 1),
            MinReproducibility = gate.Number("minReproducibility", 0, 1),
            MinOutputConsistency = gate.Number("minOutputConsistency", 0, 1),
            MaxCostUsd = gate.Money("maxCostUsd"),
            MaxP95Seconds = gate.Number("maxP95Seconds", 0, above: true),
        };
    }

    private static RunBudget Budget(ObjectCursor budget) => new()
    {
        Tokens = budget.Long("tokens", 1, Seeds.Max),
        CostUsd = budget.Money("costUsd"),
        Seconds = budget.Number("seconds", 0, above: true),
    };

    private static Dictionary<string, int> Counts(ObjectCursor gate, string key, IReadOnlyList<string>? known)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        if (gate.Object(key) is not { } json)
        {
            return counts;
        }

        var cursor = new ObjectCursor(json, gate.At(key), gate.Problems, known ?? [.. json.Select(member => member.Key)]);
        foreach (var name in json.Select(member => member.Key).Where(name => known?.Contains(name) != false))
        {
            if (cursor.Integer(name) is { } count)
            {
                counts[name] = count;
            }
        }

        return counts;
    }

    private static DateTimeOffset? Instant(ObjectCursor blocks, string key)
    {
        if (blocks.Text(key) is not { } text)
        {
            return null;
        }

        // Without an offset the same request would start at another time on another machine.
        if (WithOffset().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant))
        {
            return instant;
        }

        blocks.Error(key, ProblemCodes.InvalidFormat, $"'{key}' must be a time with offset such as 2026-01-31T09:00:00Z, but is \"{Found.Cut(text)}\".");
        return null;
    }

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,7})?)?(Z|[+-]\d{2}:\d{2})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex WithOffset();
}
