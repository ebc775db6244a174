using Azure.Core;
using Azure.Core.Pipeline;

namespace AgentEval.LocalRuntime.Tests.Durable;

/// <summary>Tells when a request to storage has ended: between two of them nothing of a hub changes.</summary>
internal sealed class StorageTraffic : HttpPipelinePolicy
{
    private TaskCompletionSource _next = NewSource();

    /// <summary>Ends with the next request. Take it before looking, so that none is missed.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        try
        {
            await ProcessNextAsync(message, pipeline);
        }
        finally
        {
            Interlocked.Exchange(ref _next, NewSource()).SetResult();
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
