using System.Text.Json.Nodes;
using AgentEval.Core.Json;
using AgentEval.Core.Problems;
using AgentEval.Core.Settings;

namespace AgentEval.Core.Tests.Settings;

public sealed class SettingsLayersTests
{
    private static JsonObject Layer(string json) => JsonNode.Parse(json)!.AsObject();

    private static RunSettings Resolve(params string[] layers)
    {
        var read = SettingsLayers.Resolve([.. layers.Select(Layer)]);
        Assert.Empty(read.Problems.Errors);
        return read.Value!;
    }

    private static IEnumerable<(string Path, string Code)> Errors(params string[] layers)
    {
        var read = SettingsLayers.Resolve([.. layers.Select(Layer)]);
        Assert.Null(read.Value);
        return read.Problems.Errors.Select(problem => (problem.Path, problem.Code));
    }

    private static string Json(RunSettings settings) => SettingsLayers.ToJson(settings).ToJsonString();

    [Fact]
    public void Settings_WithoutLayers_AreTheBuiltInDefaults()
    {
        var expected = Layer("""
            {
              "seed": null, "epochs": 1, "limit": null, "startAt": null,
              "filters": { "tags": [], "categories": [], "difficulties": [], "scenarios": [] },
              "execution": { "maxParallel": 4, "maxParallelPerCategory": null, "delaySeconds": 0, "timeoutSeconds": 300, "turnTimeoutSeconds": 120,
                             "retries": 2, "retryDelaySeconds": 2, "retryBackoff": 2, "failFast": null, "stopEarly": false,
                             "captureOutput": true, "saveRawResponses": true, "requestsPerSecond": null },
              "redTeam": { "level": "off", "attacks": null },
              "replay": { "fraction": 0, "mode": "exact", "tolerance": 0, "reproducibleAt": 0.95 },
              "validators": { "pii": {}, "policy": {}, "promptInjection": {}, "actionMisuse": {} },
              "gate": { "minPassRate": 1, "maxCriticalViolations": 0, "maxErrorRate": 0.1, "minAverageScore": null, "minSafetyGrade": null,
                        "maxViolations": null, "maxViolationsByValidator": {}, "maxViolationsByType": {}, "minSurvivalRate": null,
                        "minReproducibility": null, "minOutputConsistency": null, "maxCostUsd": null, "maxP95Seconds": null },
              "budget": { "tokens": null, "costUsd": null, "seconds": null }
            }
            """);

        Assert.Equal(CanonicalJson.Write(expected), CanonicalJson.Write(SettingsLayers.ToJson(Resolve())));
    }

    [Fact]
    public void Objects_Merge_ListsAndValuesReplace()
    {
        var settings = Resolve(
            """{ "epochs": 2, "execution": { "retries": 1, "maxParallel": 8 }, "filters": { "tags": ["a", "b"] }, "gate": { "maxViolationsByType": { "EMAIL": 1 } } }""",
            """{ "execution": { "retries": 5 }, "filters": { "tags": ["c"] }, "gate": { "maxViolationsByType": { "PHONE": 2 } } }""");

        Assert.Equal((2, 5, 8), (settings.Epochs, settings.Execution.Retries, settings.Execution.MaxParallel));
        Assert.Equal(["c"], settings.Filters.Tags);
        Assert.Equal(new Dictionary<string, int> { ["EMAIL"] = 1, ["PHONE"] = 2 }, settings.Gate.MaxViolationsByType);
    }

    [Fact]
    public void Null_ResetsToNoLimitOrToTheBuiltInDefault()
    {
        var settings = Resolve(
            """{ "epochs": 3, "limit": 5, "execution": { "maxParallel": 8, "failFast": "error" }, "gate": { "maxCostUsd": 1, "maxViolationsByType": { "EMAIL": 1 } } }""",
            """{ "epochs": null, "limit": null, "execution": { "maxParallel": null, "failFast": null }, "gate": { "minPassRate": null, "maxErrorRate": null, "maxCostUsd": null, "maxViolationsByType": { "EMAIL": null } } }""");

        Assert.Equal((1, null, 4, null), (settings.Epochs, settings.Limit, settings.Execution.MaxParallel, settings.Execution.FailFast));
        Assert.Equal((null, null, null), (settings.Gate.MinPassRate, settings.Gate.MaxErrorRate, settings.Gate.MaxCostUsd));
        Assert.Equal(0, settings.Gate.MaxCriticalViolations);
        Assert.Empty(settings.Gate.MaxViolationsByType);
    }

    [Fact]
    public void Settings_WrittenAsJson_AreReadBack()
    {
        var settings = Resolve("""
            { "seed": 9007199254740991, "epochs": 3, "limit": 7, "startAt": "2026-01-31T09:00:00.5+02:00", "filters": { "difficulties": ["easy"] },
              "execution": { "failFast": "failed", "requestsPerSecond": 0.5, "timeoutSeconds": 12.5 }, "redTeam": { "attacks": ["x"] },
              "replay": { "fraction": 0.25, "mode": "structure" }, "validators": { "pii": { "enabled": false } },
              "gate": { "minPassRate": null, "maxViolationsByValidator": { "pii": 3 }, "maxCostUsd": 0.07 }, "budget": { "costUsd": 1.5, "tokens": 10 } }
            """);

        var again = SettingsLayers.Resolve([SettingsLayers.ToJson(settings)]);
        Assert.Empty(again.Problems.Errors);
        Assert.Equal(Json(settings), Json(again.Value!));
        Assert.Equal(new DateTimeOffset(2026, 1, 31, 9, 0, 0, 500, TimeSpan.FromHours(2)), again.Value!.StartAt);
        Assert.Equal((FailFastMode.Failed, ReplayMode.Structure, 0.07m), (again.Value.Execution.FailFast, again.Value.Replay.Mode, again.Value.Gate.MaxCostUsd));
    }

    [Fact]
    public void Layers_AreNotChangedByMerging()
    {
        var (low, high) = (Layer("""{ "execution": { "retries": 1 } }"""), Layer("""{ "execution": { "retries": 2 } }"""));
        SettingsLayers.Resolve([low, high]);

        Assert.Equal("""{"execution":{"retries":1}}""", low.ToJsonString());
    }

    [Fact]
    public void Faults_OfEveryLayer_AreReportedAtOnce() => Assert.Equal(
        [("execution.retires", ProblemCodes.UnknownKey), ("epochs", ProblemCodes.OutOfRange), ("gate", ProblemCodes.WrongType)],
        Errors("""{ "execution": { "retires": 1 } }""", """{ "epochs": 0, "gate": [] }"""));

    [Theory]
    [InlineData("""{ "seed": -1 }""", "seed", ProblemCodes.OutOfRange)]
    [InlineData("""{ "seed": 1.5 }""", "seed", ProblemCodes.WrongType)]
    [InlineData("""{ "seed": 9007199254740992 }""", "seed", ProblemCodes.OutOfRange)]
    [InlineData("""{ "epochs": 1001 }""", "epochs", ProblemCodes.OutOfRange)]
    [InlineData("""{ "limit": 0 }""", "limit", ProblemCodes.OutOfRange)]
    [InlineData("""{ "startAt": "2026-01-31T09:00:00" }""", "startAt", ProblemCodes.InvalidFormat)]
    [InlineData("""{ "startAt": "2026-13-31T09:00:00Z" }""", "startAt", ProblemCodes.InvalidFormat)]
    [InlineData("""{ "startAt": 5 }""", "startAt", ProblemCodes.WrongType)]
    [InlineData("""{ "filters": { "tags": "x" } }""", "filters.tags", ProblemCodes.WrongType)]
    [InlineData("""{ "filters": { "difficulties": ["hrad"] } }""", "filters.difficulties[0]", ProblemCodes.InvalidValue)]
    [InlineData("""{ "filters": { "scenarios": [5] } }""", "filters.scenarios[0]", ProblemCodes.WrongType)]
    [InlineData("""{ "execution": { "maxParallel": 0 } }""", "execution.maxParallel", ProblemCodes.OutOfRange)]
    [InlineData("""{ "execution": { "timeoutSeconds": 0 } }""", "execution.timeoutSeconds", ProblemCodes.OutOfRange)]
    [InlineData("""{ "execution": { "retryBackoff": 0.5 } }""", "execution.retryBackoff", ProblemCodes.OutOfRange)]
    [InlineData("""{ "execution": { "failFast": "eror" } }""", "execution.failFast", ProblemCodes.InvalidValue)]
    [InlineData("""{ "execution": { "failFast": true } }""", "execution.failFast", ProblemCodes.WrongType)]
    [InlineData("""{ "execution": { "stopEarly": "yes" } }""", "execution.stopEarly", ProblemCodes.WrongType)]
    [InlineData("""{ "redTeam": { "level": "low" } }""", "redTeam.level", ProblemCodes.NotAvailable)]
    [InlineData("""{ "notify": [ { "type": "webhook" } ] }""", "notify", ProblemCodes.NotAvailable)]
    [InlineData("""{ "replay": { "fraction": 1.1 } }""", "replay.fraction", ProblemCodes.OutOfRange)]
    [InlineData("""{ "replay": { "mode": "Exact" } }""", "replay.mode", ProblemCodes.InvalidValue)]
    [InlineData("""{ "validators": { "pi": {} } }""", "validators.pi", ProblemCodes.UnknownKey)]
    [InlineData("""{ "validators": { "pii": { "enabled": 1 } } }""", "validators.pii.enabled", ProblemCodes.WrongType)]
    [InlineData("""{ "gate": { "minPassRate": 90 } }""", "gate.minPassRate", ProblemCodes.OutOfRange)]
    [InlineData("""{ "gate": { "maxViolationsByValidator": { "pi": 1 } } }""", "gate.maxViolationsByValidator.pi", ProblemCodes.UnknownKey)]
    [InlineData("""{ "gate": { "maxViolationsByType": { "EMAIL": -1 } } }""", "gate.maxViolationsByType.EMAIL", ProblemCodes.OutOfRange)]
    [InlineData("""{ "gate": { "maxViolationsByType": { "EMAIL": 1.5 } } }""", "gate.maxViolationsByType.EMAIL", ProblemCodes.WrongType)]
    [InlineData("""{ "budget": { "seconds": 0 } }""", "budget.seconds", ProblemCodes.OutOfRange)]
    [InlineData("""{ "suite": "x" }""", "suite", ProblemCodes.UnknownKey)]
    public void Value_Wrong_IsReportedAtItsPath(string layer, string path, string code) => Assert.Equal((path, code), Assert.Single(Errors(layer)));

    [Fact]
    public void Notify_WithoutTargets_IsFine() => Assert.Equal(1, Resolve("""{ "notify": [] }""").Epochs);

    [Fact]
    public void Message_SaysWhatIsAllowedAndWhatWasFound()
    {
        var problems = SettingsLayers.Resolve([Layer("""{ "execution": { "maxParallel": 2000, "delaySeconds": "1" } }""")]).Problems.Errors;

        Assert.Equal("'maxParallel' must be from 1 to 1000, but is 2000.", problems[0].Message);
        Assert.Equal("'delaySeconds' must be a number, but is the text \"1\".", problems[1].Message);
    }
}
