using AgentEval.Functions.Orchestrations;
using AgentEval.Functions.Storage;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Runs;

/// <summary>
/// Notices runs that wait in vain. Between the end of a shard and the moment its run hears of it the shard looks missing too, and after an outage
/// that moment may come late: only what is seen tick after tick, while the app works, is given up.
/// </summary>
public sealed class MissingShards(MissingShardStore store, TimeProvider time)
{
    /// <summary>Some times as long as the messages of a process that was killed stay hidden (<c>controlQueueVisibilityTimeout</c>, 1 min).</summary>
    public static readonly TimeSpan GivenUpAfter = TimeSpan.FromMinutes(5);

    /// <summary>A longer gap than this between two looks, which come every minute, and the app was away: one of them may fail.</summary>
    private static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(150);

    /// <summary>Begins one look at all runs.</summary>
    public async Task<Watch> OpenAsync(CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, MissingShard>(StringComparer.Ordinal);
        await foreach (var shard in store.ReadAsync(cancellationToken))
        {
            known[shard.RunId] = shard;
        }

        return new Watch(known, store, time.GetUtcNow());
    }

    /// <summary>One look at all runs, with what the looks before have seen.</summary>
    public sealed class Watch
    {
        private readonly Dictionary<string, MissingShard> _known;
        private readonly MissingShardStore _store;
        private readonly DateTimeOffset _now;

        internal Watch(Dictionary<string, MissingShard> known, MissingShardStore store, DateTimeOffset now) =>
            (_known, _store, _now) = (known, store, now);

        /// <summary>The shard for which the run has waited in vain for <see cref="GivenUpAfter"/>; null: none, or not for so long.</summary>
        public async Task<string?> FindGivenUpAsync(string runId, OrchestrationMetadata run, DurableTaskClient client, CancellationToken cancellationToken)
        {
            ArgumentNullException.ThrowIfNull(run);
            ArgumentNullException.ThrowIfNull(client);
            var before = _known.GetValueOrDefault(runId);
            if (run.RuntimeStatus != OrchestrationRuntimeStatus.Running || await FindMissingAsync(runId, run, client, cancellationToken) is not { } shard)
            {
                await (before is null ? Task.CompletedTask : _store.RemoveAsync(runId, cancellationToken));
                return null;
            }

            var goesOn = before is not null && before.InstanceId == shard && _now - before.SeenAt <= LongestGap;
            var since = goesOn ? before!.Since : _now;
            if (_now - since >= GivenUpAfter)
            {
                return shard;
            }

            await _store.WriteAsync(new MissingShard(runId, shard, since, _now), cancellationToken);
            return null;
        }

        /// <summary>What was seen of runs that work no longer is over. A run at work whose look failed keeps what was seen of it.</summary>
        public Task ForgetOthersAsync(IEnumerable<RunRow> working, CancellationToken cancellationToken) => Independently.RunAsync(
            _known.Keys.Except(working.Select(row => row.RunId)).Select<string, Func<Task>>(runId => () => _store.RemoveAsync(runId, cancellationToken)),
            cancellationToken);

        private static async Task<string?> FindMissingAsync(string runId, OrchestrationMetadata run, DurableTaskClient client, CancellationToken cancellationToken)
        {
            foreach (var shard in RunNotes.ShardsAtWork(runId, run))
            {
                if (await client.GetInstanceAsync(shard, cancellationToken) is not { IsCompleted: false })
                {
                    return shard;
                }
            }

            return null;
        }
    }
}
