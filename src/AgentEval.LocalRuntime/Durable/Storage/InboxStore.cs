using System.Globalization;
using System.Security.Cryptography;
using AgentEval.LocalRuntime.Durable.History;
using Azure;
using Azure.Data.Tables;

namespace AgentEval.LocalRuntime.Durable.Storage;

/// <summary>The messages that wait for the owner of the hub. They stay until what they brought about is stored.</summary>
internal sealed class InboxStore(TableClient table, PayloadStore payloads, TimeProvider time)
{
    private const string Partition = "inbox";
    private const int MaxActions = 100;

    public Task CreateAsync(CancellationToken cancellationToken) => table.CreateIfNotExistsAsync(cancellationToken);

    public static string NewMessageId() => RandomNumberGenerator.GetHexString(16, lowercase: true);

    /// <param name="instanceId">For whom.</param>
    /// <param name="content">Null: the instance was just scheduled.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public async Task PutAsync(string instanceId, Message? content, CancellationToken cancellationToken)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow().UtcTicks:D20}-{NewMessageId()}");
        await payloads.MoveLargeOnesAsync([content?.Data], PayloadStore.Prefix(instanceId) + key, cancellationToken);
        var row = new TableEntity(Partition, key) { ["InstanceId"] = instanceId };
        LongText.Write(row, HistoryText.Write(content is null ? [] : [content], LongText.MaxLength)[0]);
        await table.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken);
    }

    /// <summary>All messages, the oldest first.</summary>
    public async Task<IReadOnlyList<InboxMessage>> ReadAsync(CancellationToken cancellationToken)
    {
        var messages = new List<InboxMessage>();
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Partition}");
        await foreach (var row in table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            var content = HistoryText.Read(LongText.Read(row)).OfType<Message>().FirstOrDefault();
            messages.Add(new InboxMessage(row.RowKey, row.GetString("InstanceId"), content));
        }

        await payloads.ReadAsync(messages.Select(m => m.Content?.Data), cancellationToken);
        return messages;
    }

    public async Task DeleteAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        foreach (var part in keys.Chunk(MaxActions))
        {
            var rows = part.Select(k => new TableEntity(Partition, k)).ToList();
            try
            {
                await table.SubmitTransactionAsync(
                    rows.Select(r => new TableTransactionAction(TableTransactionActionType.Delete, r, ETag.All)), cancellationToken);
            }
            catch (RequestFailedException e) when (e.Status == 404)
            {
                foreach (var row in rows)
                    await table.DeleteEntityAsync(row, ETag.All, cancellationToken);
            }
        }
    }
}
