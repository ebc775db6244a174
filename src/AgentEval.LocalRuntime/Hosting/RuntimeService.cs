using Microsoft.Extensions.Hosting;

namespace AgentEval.LocalRuntime.Hosting;

/// <summary>Something of the runtime that starts and stops with the app: the task hub, HTTP, queues, timers.</summary>
internal interface IRuntimePart
{
    /// <summary>Parts start in rising order.</summary>
    int Order { get; }

    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Takes no new work; what runs may go on until <paramref name="cancellationToken"/> fires.</summary>
    Task StopAsync(CancellationToken cancellationToken);
}

/// <summary>Starts the parts in order, says when all of them listen, and stops them together.</summary>
internal sealed class RuntimeService(IEnumerable<IRuntimePart> parts, FunctionRunner runner, LocalRuntimeOptions options, ReadyFile ready, TimeProvider time)
    : IHostedService
{
    private readonly List<IRuntimePart> _started = [];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        ready.Withdraw();
        foreach (var part in parts.OrderBy(p => p.Order))
        {
            _started.Add(part);
            await part.StartAsync(cancellationToken);
        }

        await ready.AnnounceAsync(cancellationToken);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        ready.Withdraw();
        using var grace = new CancellationTokenSource(options.ShutdownGrace, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(grace.Token, cancellationToken);
        await using var end = limit.Token.Register(runner.Cancel);
        await Task.WhenAll(_started.Select(p => p.StopAsync(limit.Token)));
        await runner.WhenIdleAsync(Stopping.Aftermath);
    }
}
