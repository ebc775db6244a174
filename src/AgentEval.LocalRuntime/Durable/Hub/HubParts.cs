using AgentEval.LocalRuntime.Durable.Storage;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging;

namespace AgentEval.LocalRuntime.Durable.Hub;

/// <summary>What a task hub is made of. Its names keep apart from those of the real engine, which may use the same hub name and account.</summary>
internal sealed class HubParts
{
    private readonly PayloadStore _payloads;

    public HubParts(
        TaskHubOptions options,
        DurableFunctions functions,
        TableServiceClient tables,
        BlobServiceClient blobs,
        TimeProvider time,
        ILoggerFactory loggers)
    {
        Options = options;
        Functions = functions;
        Time = time;
        Loggers = loggers;
        _payloads = new PayloadStore(blobs.GetBlobContainerClient(options.HubName.ToLowerInvariant() + "-local-payloads"));
        var inbox = tables.GetTableClient(options.HubName + "LocalInbox");
        Instances = new InstanceStore(tables.GetTableClient(options.HubName + "LocalInstances"), _payloads);
        Inbox = new InboxStore(inbox, _payloads, time);
        Lease = new LeaseStore(inbox, options, time);
    }

    public TaskHubOptions Options { get; }

    public DurableFunctions Functions { get; }

    public TimeProvider Time { get; }

    public ILoggerFactory Loggers { get; }

    public InstanceStore Instances { get; }

    public InboxStore Inbox { get; }

    public LeaseStore Lease { get; }

    public Task CreateAsync(CancellationToken cancellationToken) => Task.WhenAll(
        _payloads.CreateAsync(cancellationToken), Instances.CreateAsync(cancellationToken), Inbox.CreateAsync(cancellationToken));
}
