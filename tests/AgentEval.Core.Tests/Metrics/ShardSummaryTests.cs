using System.Text.Json;
using System.Text.Json.Nodes;
using AgentEval.Core.Json;
using AgentEval.Core.Metrics;
using AgentEval.Core.Replay;
using AgentEval.Core.Runs;
using AgentEval.Core.Suites;
using AgentEval.Core.Validators;
using FsCheck;
using FsCheck.Fluent;

namespace AgentEval.Core.Tests.Metrics;

public sealed class ShardSummaryTests
{
    /// <summary>What a shard gets to summarise.</summary>
    private sealed record Material(
        IReadOnlyList<TrialResult> Trials, IReadOnlyList<Violation> Violations, int Events, IReadOnlyList<ReplayComparison> Replays);

    private static readonly Gen<TrialStatus> FinishedStatus = Gen.Elements(Enum.GetValues<TrialStatus>().Where(status => status.IsFinished()).ToArray());

    private static readonly Gen<double> Share = Gen.Choose(0, 1_000_000_007).Select(value => value / 1_000_000_007.0);

    private static readonly Gen<TrialResult> TrialGen =
        from scenario in Gen.Elements("a", "b", "c", "d")
        from epoch in Gen.Choose(1, 5)
        from status in FinishedStatus
        from score in Share
        from seconds in Share
        from attack in Gen.Elements(null, null, "roleplay", "base64")
        from tags in Gen.SubListOf<string>(["x", "y", "z"])
        from tokens in Gen.Choose(0, 5000)
        from cost in Gen.Elements<decimal?>(null, 0.0000125m, 0.1m, 1.23456789m)
        select Samples.Trial(scenario, status, score, epoch, attack, seconds * 100, "category-" + scenario) with
        {
            Difficulty = (Difficulty)(tokens % 3),
            Tags = [.. tags],
            Usage = new TokenUsage(tokens, tokens / 3, tokens % 2 == 0, cost),
            AgentMetrics = tokens % 4 == 0 ? new Dictionary<string, double> { ["cpuSeconds"] = score, ["peakMemoryMb"] = tokens } : [],
            AgentCalls = tokens % 5,
            ToolCalls = tokens % 7,
        };

    private static readonly Gen<Violation> ViolationGen =
        from severity in Gen.Elements(Enum.GetValues<Severity>())
        from seq in Gen.Choose(1, 9)
        from confidence in Share
        from validator in Gen.Elements("pii", "policy")
        select Samples.Violation(severity, "a~" + seq, seq, validator, "TYPE_" + (seq % 3), confidence);

    private static readonly Gen<ReplayComparison> ReplayGen =
        from output in Share
        from events in Share
        select Samples.Replay(output, events);

    private static readonly Gen<Material> MaterialGen =
        from trials in TrialGen.ListOf()
        from violations in ViolationGen.ListOf()
        from events in Gen.Choose(0, 500)
        from replays in ReplayGen.ListOf()
        select new Material([.. trials], [.. violations], events, [.. replays]);

    /// <summary>To the last bit, but for the order of keys, which means nothing.</summary>
    private static string Text(ShardSummary summary) => Sorted(JsonSerializer.SerializeToNode(summary, AgentEvalJson.Options))!.ToJsonString();

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(
            members.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, Sorted(pair.Value)))),
        _ => node?.DeepClone(),
    };

    private static ShardSummary Summarise(Material material) =>
        ShardSummary.From(material.Trials, material.Violations, material.Events, material.Replays, notReplayed: material.Events);

    private static void Check(Property property) =>
        property.Check(Config.QuickThrowOnFailure.WithMaxTest(60).WithReplay(20260314, 27_182_819));

    [Fact]
    public void Merge_AnySplitIntoShards_GivesTheSameSummaryAndMetricsAsOneShard() => Check(Prop.ForAll(
        (from material in MaterialGen from shards in Gen.Choose(1, 6) from seed in Gen.Choose(0, 10_000) select (material, shards, seed)).ToArbitrary(),
        input =>
        {
            var random = new Random(input.seed);
            var parts = Split(input.material, input.shards, random);
            random.Shuffle(parts);
            var merged = parts.Select(Summarise).Aggregate(ShardSummary.Empty, (sum, part) => sum.Merge(part));
            var whole = Summarise(input.material);
            Assert.Equal(Text(whole), Text(merged));
            Assert.Equal(Text(whole), Text(ShardSummary.MergeAll(parts.Select(Summarise))));
            Assert.Equal(
                JsonSerializer.Serialize(MetricsCalculator.Compute(whole, Samples.Plain), AgentEvalJson.Options),
                JsonSerializer.Serialize(MetricsCalculator.Compute(merged, Samples.Plain), AgentEvalJson.Options));
        }));

    [Fact]
    public void Merge_AnyThreeSummaries_IsAssociativeAndCommutative() => Check(Prop.ForAll(
        MaterialGen.Three().ToArbitrary(),
        input =>
        {
            var (a, b, c) = (Summarise(input.Item1), Summarise(input.Item2), Summarise(input.Item3));
            Assert.Equal(Text(a.Merge(b).Merge(c)), Text(a.Merge(b.Merge(c))));
            Assert.Equal(Text(a.Merge(b)), Text(b.Merge(a)));
            Assert.Equal(Text(a), Text(a.Merge(ShardSummary.Empty)));
        }));

    [Fact]
    public void Json_AnySummary_ReadsBackAsItWas() => Check(Prop.ForAll(
        MaterialGen.ToArbitrary(),
        material =>
        {
            var summary = Summarise(material);
            var read = JsonSerializer.Deserialize<ShardSummary>(Text(summary), AgentEvalJson.Options)!;
            Assert.Equal(Text(summary), Text(read));
            Assert.Equal(Text(summary.Merge(summary)), Text(read.Merge(summary)));
        }));

    [Fact]
    public void Json_SummaryOfVersionOne_IsStillRead()
    {
        const string Stored = """
            {"schemaVersion":1,
             "scenarios":{"a":{"name":"A","trials":{"passed":2,"failed":1,"withScore":3,"scoreNanos":2500000000,"micros":4000000},"events":18,"injections":1,"deviations":2}},
             "byCategory":{"support":{"passed":2,"failed":1,"withScore":3,"scoreNanos":2500000000,"micros":4000000}},
             "safety":{"trialsExamined":3,"eventsExamined":18,"violations":1,"byValidator":{"pii":1},"byType":{"CREDIT_CARD":1},"bySeverity":{"high":1},"worst":[]},
             "performance":{"durations":{"bins":{"691":3},"zeros":0,"count":3,"minMicros":1000000,"maxMicros":1000000},"micros":4000000,"priced":1,"costNanos":12500},
             "replay":{"replayed":1,"scoreNanos":980000000,"outputNanos":970000000,"eventNanos":990000000},
             "somethingNewer":true}
            """;

        var metrics = MetricsCalculator.Compute(JsonSerializer.Deserialize<ShardSummary>(Stored, AgentEvalJson.Options)!, Samples.Plain);

        Assert.Equal((2, 1, 2.0 / 3), (metrics.Scenario.Passed, metrics.Scenario.Failed, metrics.Scenario.PassRate));
        Assert.Equal(0.0000125m, metrics.Performance.CostUsd);
        Assert.Equal(0.98, metrics.Reproducibility.Score);
        Assert.Equal(1, metrics.Safety.BySeverity["high"]);
    }

    [Fact]
    public void From_TrialWithAnAttack_CountsInTheRedTeamOnly()
    {
        var summary = Samples.Summary(
        [
            Samples.Trial("a", TrialStatus.Passed, category: "support"),
            Samples.Trial("a", TrialStatus.Failed, attack: "roleplay", category: "support"),
        ]);

        var metrics = MetricsCalculator.Compute(summary, Samples.Plain);

        Assert.Equal((1, 1, 0), (metrics.Scenario.TotalTrials, metrics.Scenario.Passed, metrics.Scenario.Failed));
        Assert.Equal((1, 0), (metrics.RedTeam.Attacks, metrics.RedTeam.AttacksSurvived));
        Assert.Equal(1, metrics.Scenario.ByCategory["support"].Trials);
        Assert.Equal(1, metrics.RedTeam.ByCategory["support"].Failed);
        Assert.Equal(1, metrics.RedTeam.ByAttack["roleplay"].Failed);
    }

    [Fact]
    public void From_MoreThanTwentyViolations_KeepsTheWorst()
    {
        var violations = Enumerable.Range(0, 30).Select(number => Samples.Violation((Severity)(number % 4), seq: number, confidence: number / 30.0)).ToList();

        var worst = Samples.Summary([], violations).Safety.Worst;

        Assert.Equal(SafetyTally.MaxWorst, worst.Count);
        Assert.All(worst.Take(7), violation => Assert.Equal(Severity.Critical, violation.Severity));
        Assert.Equal(27, worst[0].Seq);
        Assert.DoesNotContain(worst, violation => violation.Severity == Severity.Low);
    }

    [Fact]
    public void From_UnfinishedTrial_IsRefused() =>
        Assert.Throws<ArgumentException>(() => Samples.Summary([Samples.Trial("a", TrialStatus.Running)]));

    private static Material[] Split(Material material, int shards, Random random)
    {
        var parts = Enumerable.Range(0, shards)
            .Select(shard => (Trials: new List<TrialResult>(), Violations: new List<Violation>(), Replays: new List<ReplayComparison>())).ToArray();
        foreach (var trial in material.Trials)
        {
            parts[random.Next(shards)].Trials.Add(trial);
        }

        foreach (var violation in material.Violations)
        {
            parts[random.Next(shards)].Violations.Add(violation);
        }

        foreach (var replay in material.Replays)
        {
            parts[random.Next(shards)].Replays.Add(replay);
        }

        return [.. parts.Select((part, number) => new Material(part.Trials, part.Violations, number == 0 ? material.Events : 0, part.Replays))];
    }
}
