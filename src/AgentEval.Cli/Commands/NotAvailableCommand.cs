using System.CommandLine;

namespace AgentEval.Cli.Commands;

/// <summary>Commands that are named already and not built yet: they say so.</summary>
internal static class NotAvailableCommand
{
    private static readonly string[] Names =
    [
        "init", "import", "scan", "score", "rescore", "replay", "compare", "snapshot", "leaderboard", "trends",
    ];

    public static IEnumerable<Command> CreateAll() => Names.Select(Create);

    private static CliCommand Create(string name) =>
        new(name, "Not available in this version.", $"agenteval {name}", (session, _, _) =>
        {
            session.Log.Error($"`agenteval {name}` is not available in this version.");
            return Task.FromResult(ExitCodes.BadInput);
        })
        {
            TreatUnmatchedTokensAsErrors = false,
        };
}
