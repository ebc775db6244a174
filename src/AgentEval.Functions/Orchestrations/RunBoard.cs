using AgentEval.Functions.Contracts;
using Microsoft.DurableTask;

namespace AgentEval.Functions.Orchestrations;

/// <summary>Keeps the custom status of a run: which shards are at work and what the finished ones came to.</summary>
internal sealed class RunBoard
{
    private readonly TaskOrchestrationContext _context;
    private readonly List<int> _running = [];
    private TrialCounts _counts = TrialCounts.None;

    public RunBoard(TaskOrchestrationContext context, PlanOutline plan)
    {
        _context = context;
        Publish(plan.TotalTrials == 0 ? "nothing to run" : "running");
    }

    /// <summary>Every lane of the run has had trials: what comes now comes after others.</summary>
    public bool AnyEnded { get; private set; }

    public void Started(int shard)
    {
        _running.Add(shard);
        Publish("running");
    }

    public void Ended(int shard, TrialCounts counts)
    {
        _running.Remove(shard);
        AnyEnded = true;
        _counts = _counts.Add(counts);
        Publish("running");
    }

    private void Publish(string stage) => _context.SetCustomStatus(new RunNote(stage, _counts, [.. _running]));
}
