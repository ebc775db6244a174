using System.Text.Json;
using System.Text.Json.Nodes;
using AgentEval.Core.Gates;
using AgentEval.Core.Json;
using AgentEval.Core.Metrics;
using AgentEval.Core.Replay;
using AgentEval.Core.Runs;
using AgentEval.Core.Settings;
using AgentEval.Core.Traces;
using AgentEval.Core.Validators;
using AgentEval.Tests.Shared;

namespace AgentEval.Core.Tests.Metrics;

/// <summary>Executes every worked example of docs/metrics.md.</summary>
public sealed class MetricsDocumentTests
{
    private static readonly IReadOnlyList<JsonNode> All =
        [.. MarkdownBlock.Of("docs/metrics.md").Where(block => block is { Language: "json", Kind: "example" }).Select(block => JsonNode.Parse(block.Text)!)];

    public static TheoryData<int> Examples => [.. Enumerable.Range(0, All.Count)];

    [Theory]
    [MemberData(nameof(Examples))]
    public void Example_Executed_GivesTheNumbersOfThePage(int number)
    {
        var example = All[number];
        Assert.True(example["expect"] is not null || example["verdict"] is not null, "An example says what to expect.");
        var actual = example["replay"] is { } replay ? ToJson(Compare(replay)) : ToJson(Compute(example["given"]!));
        foreach (var (path, expected) in example["expect"]?.AsObject() ?? [])
        {
            AssertFigure(path, expected, path.Split('.').Aggregate((JsonNode?)actual, (node, name) => node!.AsObject()[name]));
        }

        if (example["verdict"] is { } verdict)
        {
            var gate = new GateSettings { MinPassRate = null, MaxCriticalViolations = null, MaxErrorRate = null };
            var limits = JsonSerializer.SerializeToNode(gate, AgentEvalJson.Options)!.AsObject();
            foreach (var (name, limit) in example["gate"]!.AsObject())
            {
                limits[name] = limit!.DeepClone();
            }

            var outcome = GateEvaluator.Evaluate(limits.Deserialize<GateSettings>(AgentEvalJson.Options)!, Compute(example["given"]!));
            Assert.Equal(verdict.ToString(), outcome.Verdict.ToString().ToLowerInvariant());
            Assert.Equal(example["broken"]?.AsArray().Select(name => name!.ToString()) ?? [], outcome.Failures.Select(failure => failure.Name));
        }
    }

    [Fact]
    public void Document_EveryFigureOfARun_HasAnExample()
    {
        var figures = ToJson(Samples.Compute([])).SelectMany(part => part.Value!.AsObject().Select(figure => $"{part.Key}.{figure.Key}"));
        var shown = All.SelectMany(example => example["expect"]?.AsObject().Select(pair => pair.Key) ?? []).ToList();

        Assert.All(
            figures.Except(["redTeam.enabled", "redTeam.level", "reproducibility.enabled"]),
            figure => Assert.Contains(shown, path => path == figure || path.StartsWith(figure + ".", StringComparison.Ordinal)));
    }

    private static void AssertFigure(string path, JsonNode? expected, JsonNode? actual)
    {
        switch (expected)
        {
            case null:
                Assert.True(actual is null, $"{path} is {actual}, not null.");
                break;
            case JsonArray bounds:
                Assert.Equal(bounds.Count, actual!.AsArray().Count);
                foreach (var (bound, figure) in bounds.Zip(actual.AsArray()))
                {
                    AssertFigure(path, bound, figure);
                }

                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.Number:
                Assert.True(Math.Abs((double)value - (double)actual!) <= 0.00005, $"{path} is {actual}, not {expected}.");
                break;
            default:
                Assert.Equal(expected.ToString(), actual?.ToString());
                break;
        }
    }

    private static RunMetrics Compute(JsonNode given)
    {
        var epochs = new Dictionary<string, int>();
        var trials = given["trials"]!.AsArray().SelectMany(row => Enumerable.Range(0, (int?)row!["times"] ?? 1).Select(_ => Trial(row, epochs))).ToList();
        var violations = (given["violations"]?.AsArray() ?? []).Select((severity, i) => Samples.Violation(Enum.Parse<Severity>(severity!.ToString(), true), seq: i + 1));
        var replays = (given["replays"]?.AsArray() ?? []).Select(replay => Samples.Replay((double)replay!["output"]!, (double)replay["events"]!));
        return MetricsCalculator.Compute(ShardSummary.From(trials, violations, (int?)given["events"] ?? 0, replays, (int?)given["notReplayed"] ?? 0), Samples.Plain);
    }

    private static TrialResult Trial(JsonNode row, Dictionary<string, int> epochs)
    {
        var scenario = row["scenario"]!.ToString();
        var epoch = epochs[scenario] = epochs.GetValueOrDefault(scenario) + 1;
        var status = Enum.Parse<TrialStatus>(row["status"]?.ToString() ?? "passed", ignoreCase: true);
        return Samples.Trial(scenario, status, (double?)row["score"], epoch, row["attack"]?.ToString(), (double?)row["seconds"] ?? 1, row["category"]?.ToString() ?? "default") with
        {
            Tags = [.. row["tags"]?.AsArray().Select(tag => tag!.ToString()) ?? []],
            Usage = new TokenUsage((long?)row["inputTokens"] ?? 0, (long?)row["outputTokens"] ?? 0, false, (decimal?)row["costUsd"]),
            AgentCalls = (int?)row["agentCalls"] ?? 0,
            ToolCalls = (int?)row["toolCalls"] ?? 0,
            AgentMetrics = row["agentMetrics"].Deserialize<Dictionary<string, double>>() ?? [],
        };
    }

    private static ReplayComparison Compare(JsonNode replay)
    {
        var settings = new ReplaySettings { Mode = Enum.Parse<ReplayMode>(replay["mode"]!.ToString(), ignoreCase: true) };
        return ReplayComparer.Compare(Events(replay["original"]!), Events(replay["again"]!), settings);
    }

    private static List<TraceEvent> Events(JsonNode events) => [.. events.AsArray().Select(item =>
    {
        var type = Enum.Parse<TraceEventType>(item![0]!.ToString(), ignoreCase: true);
        var said = type is TraceEventType.AgentRequest or TraceEventType.AgentResponse;
        return new TraceEvent { Seq = 1, At = Samples.Start, Attempt = 1, Type = type, Text = said ? item[1]!.ToString() : null, Tool = said ? null : item[1]!.ToString() };
    })];

    private static JsonObject ToJson<T>(T value) => JsonSerializer.SerializeToNode(value, AgentEvalJson.Options)!.AsObject();
}
