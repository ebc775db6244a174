using System.Text.Json.Nodes;
using AgentEval.Core.Agents;
using AgentEval.Core.Api;
using Azure.Data.Tables;

namespace AgentEval.Functions.Storage;

/// <summary>Stored agents: one row each; storing again replaces. They hold references to secrets, never secrets.</summary>
public sealed class AgentStore
{
    private const string Partition = "agent";

    private readonly TableClient _agents;
    private readonly TimeProvider _time;

    public AgentStore(StorageConnections connections, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(connections);
        _agents = connections.Tables.GetTableClient(StorageNames.AgentsTable);
        _time = time;
    }

    public async Task<AgentListItem> PutAsync(AgentSpec agent, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(agent);
        var item = new AgentListItem(agent.Name, agent.Version, AgentReader.NameOf(agent.Type), agent.Model, _time.GetUtcNow());
        var entity = new TableEntity(Partition, agent.Name)
        {
            ["SchemaVersion"] = 1,
            ["Version"] = item.Version ?? "",
            ["Type"] = item.Type,
            ["Model"] = item.Model ?? "",
            ["StoredAt"] = item.StoredAt,
        };
        JsonColumns.Write(entity, agent.Source);
        await _agents.UpsertEntityAsync(entity, TableUpdateMode.Replace, cancellationToken);
        return item;
    }

    /// <summary>The agent file; null: there is no such agent.</summary>
    public async Task<JsonObject?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var found = await _agents.GetEntityIfExistsAsync<TableEntity>(Partition, name, cancellationToken: cancellationToken);
        return found.HasValue ? JsonColumns.Read<JsonObject>(found.Value!) : null;
    }

    public async Task<IReadOnlyList<AgentListItem>> ListAsync(CancellationToken cancellationToken)
    {
        var items = new List<AgentListItem>();
        await foreach (var entity in _agents.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {Partition}"), cancellationToken: cancellationToken))
        {
            items.Add(new AgentListItem(
                entity.RowKey,
                entity.GetString("Version") is { Length: > 0 } version ? version : null,
                entity.GetString("Type") ?? "",
                entity.GetString("Model") is { Length: > 0 } model ? model : null,
                entity.GetDateTimeOffset("StoredAt") ?? default));
        }

        return items;
    }

    /// <summary>False: there was none.</summary>
    public async Task<bool> DeleteAsync(string name, CancellationToken cancellationToken)
    {
        if (await FindAsync(name, cancellationToken) is null)
        {
            return false;
        }

        await _agents.DeleteEntityAsync(Partition, name, cancellationToken: cancellationToken);
        return true;
    }
}
