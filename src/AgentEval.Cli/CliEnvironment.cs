using AgentEval.Cli.Hosting;

namespace AgentEval.Cli;

/// <summary>What a command sees of the world.</summary>
internal sealed record CliEnvironment
{
    /// <summary>Standard output: the command's answer and nothing else.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Standard error: progress, notices, problems.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Someone watches standard error on a terminal, and it is no CI.</summary>
    public bool IsInteractive { get; init; }

    /// <summary>Standard output is a terminal that takes colours.</summary>
    public bool HasColours { get; init; }

    /// <summary>An environment variable; null: not set.</summary>
    public required Func<string, string?> Variable { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>Where the local host's parts are.</summary>
    public required Func<LocalInstallation> Installation { get; init; }
}
