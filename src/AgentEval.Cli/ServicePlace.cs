using AgentEval.Cli.Hosting;

namespace AgentEval.Cli;

/// <summary>A deployed service, or a folder that the local host serves; one of the two.</summary>
internal sealed record ServicePlace(Uri? Server, DataFolder? Folder)
{
    /// <summary><c>in /home/me/.agenteval</c>, <c>at https://evals.example.com/</c>.</summary>
    public override string ToString() => Folder is null ? $"at {Server}" : $"in {Folder.Path}";
}
