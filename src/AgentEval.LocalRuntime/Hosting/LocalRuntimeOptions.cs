using System.Net;

namespace AgentEval.LocalRuntime.Hosting;

/// <summary>Settings of the local runtime itself; the real host has none of them.</summary>
internal sealed record LocalRuntimeOptions
{
    public const string Section = "LocalRuntime";

    /// <summary>0 takes a free one.</summary>
    public int Port { get; init; } = 7071;

    /// <summary>An IP address, <c>localhost</c>, or <c>*</c> for every address; beyond loopback <see cref="ApiKey"/> must be set.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>Replays an orchestrator from its start at every turn; slower, and finds what is not deterministic.</summary>
    public bool ReplayEveryTurn { get; init; }

    /// <summary>Written once everything listens, as JSON with <c>pid</c> and <c>url</c>.</summary>
    public string? ReadyFile { get; init; }

    /// <summary>How long running functions may go on after the app was told to stop.</summary>
    public TimeSpan ShutdownGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The key that functions above <c>Anonymous</c> ask for, from <c>AgentEval:ApiKey</c>; null: none is asked for.</summary>
    public string? ApiKey { get; init; }

    /// <exception cref="InvalidOperationException">The address is no address, or lies beyond loopback without a key.</exception>
    public IPAddress ListenAddress()
    {
        var address = Host switch
        {
            "localhost" => IPAddress.Loopback,
            "*" or "+" => IPAddress.Any,
            _ => IPAddress.TryParse(Host, out var parsed)
                ? parsed
                : throw new InvalidOperationException($"{Section}:{nameof(Host)} is \"{Host}\"; give an IP address, localhost or *."),
        };
        return IPAddress.IsLoopback(address) || ApiKey is not null
            ? address
            : throw new InvalidOperationException(
                $"{Section}:{nameof(Host)} is \"{Host}\", which other machines reach: set AgentEval:ApiKey first, or listen on 127.0.0.1.");
    }
}
