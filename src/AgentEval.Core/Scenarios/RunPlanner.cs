using AgentEval.Core.Problems;
using AgentEval.Core.Settings;
using AgentEval.Core.Suites;

namespace AgentEval.Core.Scenarios;

/// <summary>
/// Decides what a run does: which scenarios, in which order, in which shards. The same suite, settings and seed always give the same plan.
/// </summary>
public static class RunPlanner
{
    public const int MaxShardTrials = 50;

    /// <summary>A plan with more trials is refused by <see cref="Check"/>.</summary>
    public const int MaxTrials = 100_000;

    private const string OrderPurpose = "order";
    private const string ReplayPurpose = "replay";

    public static RunPlan Plan(Suite suite, RunSettings settings, long seed)
    {
        ArgumentNullException.ThrowIfNull(suite);
        ArgumentNullException.ThrowIfNull(settings);
        var selection = ScenarioSelector.Select(suite, settings, scenario => Seeds.Rank(seed, scenario.Id, OrderPurpose));
        var trials = MarkReplays(Trials(selection.Scenarios, settings, seed), settings.Replay.Fraction, seed);
        var waves = WavesOf(selection.Scenarios);
        return new RunPlan(seed, Shards(trials, waves), selection.Warnings);
    }

    /// <summary>Reports a plan that nobody can run: no scenario fits the filters, or there are more trials than <see cref="MaxTrials"/>.</summary>
    public static void Check(Suite suite, RunSettings settings, ProblemList problems)
    {
        ArgumentNullException.ThrowIfNull(suite);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(problems);
        var selection = ScenarioSelector.Select(suite, settings, _ => 0);
        var trials = selection.Scenarios.Sum(scenario => (long)EpochsOf(scenario, settings));
        if (trials == 0)
        {
            problems.Error("filters", ProblemCodes.InvalidValue, string.Join(" ", selection.Warnings));
        }
        else if (trials > MaxTrials)
        {
            problems.Error("epochs", ProblemCodes.TooLarge, $"The run would have {trials} trials; at most {MaxTrials} are allowed. Lower 'epochs' or set 'limit'.");
        }
    }

    private static int EpochsOf(Scenario scenario, RunSettings settings) => scenario.Epochs ?? settings.Epochs;

    /// <summary>In random order, which leaving out scenarios does not change: sorted by the hash of seed and trial id.</summary>
    private static List<PlannedTrial> Trials(IReadOnlyList<Scenario> scenarios, RunSettings settings, long seed) =>
    [
        .. scenarios
            .SelectMany(scenario => Enumerable.Range(1, EpochsOf(scenario, settings)).Select(epoch => (scenario.Id, epoch, trialId: TrialIds.Format(scenario.Id, epoch))))
            .OrderBy(trial => Seeds.Rank(seed, trial.trialId, OrderPurpose))
            .ThenBy(trial => trial.trialId, StringComparer.Ordinal)
            .Select(trial => new PlannedTrial(trial.trialId, trial.Id, trial.epoch, Attack: null, Seeds.Derive(seed, trial.trialId), Replay: false)),
    ];

    /// <summary>Exactly ⌈fraction × trials⌉ of them, those with the smallest hash.</summary>
    private static List<PlannedTrial> MarkReplays(List<PlannedTrial> trials, double fraction, long seed)
    {
        // Decimal: 0.1 of 30 trials are 3, not the 4 that a double's 3.0000000000000004 would make.
        var count = (int)Math.Ceiling((decimal)fraction * trials.Count);
        var chosen = trials
            .OrderBy(trial => Seeds.Rank(seed, trial.TrialId, ReplayPurpose))
            .ThenBy(trial => trial.TrialId, StringComparer.Ordinal)
            .Take(count)
            .Select(trial => trial.TrialId)
            .ToHashSet(StringComparer.Ordinal);
        return count == 0 ? trials : [.. trials.Select(trial => trial with { Replay = chosen.Contains(trial.TrialId) })];
    }

    /// <summary>A scenario's wave is one after the last of its dependencies; the dependencies of every scenario are among <paramref name="scenarios"/>.</summary>
    private static Dictionary<string, int> WavesOf(IReadOnlyList<Scenario> scenarios)
    {
        var waves = new Dictionary<string, int>(StringComparer.Ordinal);
        var open = scenarios.ToDictionary(scenario => scenario.Id, scenario => scenario.DependsOn.Count, StringComparer.Ordinal);
        var dependents = scenarios.SelectMany(scenario => scenario.DependsOn.Select(id => (id, scenario.Id))).ToLookup(pair => pair.id, pair => pair.Id, StringComparer.Ordinal);
        var ready = open.Where(pair => pair.Value == 0).Select(pair => pair.Key).ToList();
        for (var wave = 0; ready.Count > 0; wave++)
        {
            var next = new List<string>();
            foreach (var id in ready)
            {
                waves[id] = wave;
                next.AddRange(dependents[id].Where(dependent => --open[dependent] == 0));
            }

            ready = next;
        }

        return waves;
    }

    /// <summary>As few shards a wave as the limit allows, their sizes one apart at most.</summary>
    private static List<PlanShard> Shards(List<PlannedTrial> trials, Dictionary<string, int> waves)
    {
        var shards = new List<PlanShard>();
        foreach (var wave in trials.GroupBy(trial => waves[trial.ScenarioId]).OrderBy(group => group.Key))
        {
            var all = wave.ToList();
            var count = (all.Count + MaxShardTrials - 1) / MaxShardTrials;
            for (var index = 0; index < count; index++)
            {
                var (from, to) = ((int)((long)all.Count * index / count), (int)((long)all.Count * (index + 1) / count));
                shards.Add(new PlanShard(shards.Count, wave.Key, all[from..to]));
            }
        }

        return shards;
    }
}
