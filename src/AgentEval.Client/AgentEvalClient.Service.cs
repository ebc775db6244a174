using System.Text.Json.Nodes;
using AgentEval.Core.Api;

namespace AgentEval.Client;

/// <content>Batches, schedules, and the service itself.</content>
public sealed partial class AgentEvalClient
{
    /// <summary>The service takes the batch at once and submits its runs afterwards: see <see cref="FollowBatchAsync"/>.</summary>
    /// <param name="batch"><c>{ batchId?, runs: […] }</c>; each run is taken or refused on its own.</param>
    /// <param name="options">Null: no key, submitted by <c>http</c>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<BatchView> SubmitBatchAsync(JsonObject batch, BatchOptions? options = null, CancellationToken cancellationToken = default)
    {
        var headers = new Dictionary<string, string?> { ["Idempotency-Key"] = options?.IdempotencyKey, ["X-AgentEval-Initiator"] = options?.Initiator };
        return _transport.SendAsync<BatchView>(HttpMethod.Post, "batches", batch, cancellationToken, headers);
    }

    public Task<BatchView> GetBatchAsync(string batchId, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<BatchView>($"batches/{Segment(batchId)}", cancellationToken);

    /// <summary>Stores a schedule, in place of an earlier one of the name.</summary>
    public Task<ScheduleView> PutScheduleAsync(string name, JsonObject schedule, CancellationToken cancellationToken = default) =>
        _transport.SendAsync<ScheduleView>(HttpMethod.Put, $"schedules/{Segment(name)}", schedule, cancellationToken);

    public Task<ScheduleView> GetScheduleAsync(string name, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<ScheduleView>($"schedules/{Segment(name)}", cancellationToken);

    public Task<ListPage<ScheduleView>> ListSchedulesAsync(CancellationToken cancellationToken = default) =>
        _transport.GetAsync<ListPage<ScheduleView>>("schedules", cancellationToken);

    public Task DeleteScheduleAsync(string name, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(HttpMethod.Delete, $"schedules/{Segment(name)}", cancellationToken);

    /// <summary>Begins to remove finished runs older than so many days; gives their number.</summary>
    public Task<PurgeView> PurgeOlderThanAsync(int days, CancellationToken cancellationToken = default) =>
        _transport.SendAsync<PurgeView>(HttpMethod.Post, "purge", new JsonObject { ["olderThanDays"] = days }, cancellationToken);

    /// <summary>Begins to remove all finished runs but the newest so many; gives their number.</summary>
    public Task<PurgeView> PurgeAllButAsync(int newest, CancellationToken cancellationToken = default) =>
        _transport.SendAsync<PurgeView>(HttpMethod.Post, "purge", new JsonObject { ["keepLast"] = newest }, cancellationToken);
}
