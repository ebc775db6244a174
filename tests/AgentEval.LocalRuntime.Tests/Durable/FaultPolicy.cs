using Azure.Core;
using Azure.Core.Pipeline;

namespace AgentEval.LocalRuntime.Tests.Durable;

/// <summary>Fails one storage write, before or after it took effect, and every request from then on: what is left is what a kill leaves.</summary>
internal sealed class FaultPolicy(int failingWrite, bool afterItTookEffect, Action onFault) : HttpPipelinePolicy
{
    private int _writes;
    private volatile bool _dead;

    public int Writes => Volatile.Read(ref _writes);

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        ThrowIfDead();
        var isWrite = message.Request.Method != RequestMethod.Get && message.Request.Method != RequestMethod.Head;
        var fails = isWrite && Interlocked.Increment(ref _writes) == failingWrite;
        if (fails && !afterItTookEffect)
            Die();
        await ProcessNextAsync(message, pipeline);
        if (fails)
            Die();
        ThrowIfDead();
    }

    private void Die()
    {
        _dead = true;
        onFault();
        ThrowIfDead();
    }

    private void ThrowIfDead()
    {
        if (_dead)
            throw new IOException("The process is dead.");
    }
}
