using AgentEval.Cli.Hosting;

namespace AgentEval.Cli;

/// <summary>A deployed service, or a folder that the local host serves; one of the two.</summary>
internal sealed record ServicePlace(Uri? Server, DataFolder? Folder)
{
    /// <summary>What names it on a command line: <c>--data evals</c>; empty where a command finds it by itself. Never a key.</summary>
    public string Option { get; init; } = "";

    /// <summary>A command that a user can type as it stands, to meet the same place.</summary>
    /// <param name="command">Without <c>agenteval</c> in front.</param>
    public string Command(string command) => Option.Length == 0 ? $"agenteval {command}" : $"agenteval {command} {Option}";

    /// <summary><c>in /home/me/.agenteval</c>, <c>at https://evals.example.com/</c>.</summary>
    public override string ToString() => Folder is null ? $"at {Server}" : $"in {Folder.Path}";
}
