using System.CommandLine;

namespace AgentEval.Cli.Commands;

/// <summary>What a command does on a service; the result is the exit code.</summary>
internal delegate Task<int> ServerHandler(CliSession session, ServerConnection server, ParseResult arguments, CancellationToken cancellationToken);

/// <summary>Commands that talk to a service, or to the local host for as long as they need it.</summary>
internal static class ServerCommand
{
    /// <param name="name">The command.</param>
    /// <param name="description">One sentence.</param>
    /// <param name="example">For the help.</param>
    /// <param name="symbols">Its arguments and options, in order.</param>
    /// <param name="handler">Does it.</param>
    public static CliCommand Create(string name, string description, string example, IReadOnlyList<Symbol> symbols, ServerHandler handler)
    {
        var options = new ServerOptions();
        var command = new CliCommand(name, description, example, async (session, arguments, cancellationToken) =>
        {
            await using var server = await options.ConnectAsync(session, arguments, cancellationToken);
            return await handler(session, server, arguments, cancellationToken);
        });
        foreach (var symbol in symbols)
        {
            Add(command, symbol);
        }

        options.AddTo(command);
        return command;
    }

    public static Argument<string> RunId() => new("RUN") { Description = "The run's id." };

    public static Argument<string> TrialId() => new("TRIAL") { Description = "The trial's id: SCENARIO~EPOCH[~ATTACK]." };

    public static Option<int?> Top() => new("--top") { Description = "At most this many rows.", HelpName = "N" };

    public static Option<string?> Cursor() => new("--cursor") { Description = "Where the former page ended.", HelpName = "CURSOR" };

    private static void Add(CliCommand command, Symbol symbol)
    {
        if (symbol is Argument argument)
        {
            command.Arguments.Add(argument);
        }
        else
        {
            command.Options.Add((Option)symbol);
        }
    }
}
