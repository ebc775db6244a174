namespace AgentEval.Core.Scenarios;

/// <summary>What a run will do, decided once and then followed.</summary>
/// <param name="Seed">The run's seed.</param>
/// <param name="Shards">In the order they run; a shard's trials belong to one wave, waves ascend.</param>
/// <param name="Warnings">What a user should know, such as a filter that fits nothing of one kind.</param>
public sealed record RunPlan(long Seed, IReadOnlyList<PlanShard> Shards, IReadOnlyList<string> Warnings)
{
    public int SchemaVersion { get; init; } = 1;

    public int TotalTrials => Shards.Sum(shard => shard.Trials.Count);
}

/// <param name="Number">From 0.</param>
/// <param name="Wave">From 0: every dependency of a trial lies in an earlier wave.</param>
/// <param name="Trials">1 to 50.</param>
public sealed record PlanShard(int Number, int Wave, IReadOnlyList<PlannedTrial> Trials)
{
    public int SchemaVersion { get; init; } = 1;
}

/// <param name="TrialId"><c>scenarioId~epoch[~attack]</c>.</param>
/// <param name="ScenarioId">The scenario.</param>
/// <param name="Epoch">From 1.</param>
/// <param name="Attack">Null: none.</param>
/// <param name="Seed">hash(run seed, trial id): what the trial sees does not depend on order or parallelism.</param>
/// <param name="Replay">Chosen for the replayed fraction.</param>
public sealed record PlannedTrial(string TrialId, string ScenarioId, int Epoch, string? Attack, long Seed, bool Replay);
