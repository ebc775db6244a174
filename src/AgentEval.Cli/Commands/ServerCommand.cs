using System.CommandLine;
using AgentEval.Client;
using AgentEval.Core.Api;
using Spectre.Console;

namespace AgentEval.Cli.Commands;

/// <summary>What a command does on a service; the result is the exit code.</summary>
internal delegate Task<int> ServerHandler(CliSession session, ServerConnection server, ParseResult arguments, CancellationToken cancellationToken);

/// <summary>Commands that talk to a service, or to the local host for as long as they need it.</summary>
internal static class ServerCommand
{
    /// <summary>A command that also makes what there was not.</summary>
    /// <param name="name">The command.</param>
    /// <param name="description">One sentence.</param>
    /// <param name="example">For the help.</param>
    /// <param name="symbols">Its arguments and options, in order.</param>
    /// <param name="handler">Does it.</param>
    public static CliCommand Create(string name, string description, string example, IReadOnlyList<Symbol> symbols, ServerHandler handler) =>
        Create(name, description, example, symbols, handler, (_, _, _) => false);

    /// <summary>A command about something that is there already: a folder without data is bad input, and nothing is started for it.</summary>
    /// <inheritdoc cref="Create(string, string, string, IReadOnlyList{Symbol}, ServerHandler)"/>
    public static CliCommand OnData(string name, string description, string example, IReadOnlyList<Symbol> symbols, ServerHandler handler) =>
        Create(name, description, example, symbols, handler, (options, session, arguments) =>
        {
            options.RequireData(session, arguments);
            return false;
        });

    /// <summary>A command that lists what a service keeps: of a folder without data nothing, and nothing is started for it.</summary>
    /// <param name="name">The command.</param>
    /// <param name="description">One sentence.</param>
    /// <param name="example">For the help.</param>
    /// <param name="symbols">Its arguments and options, in order.</param>
    /// <param name="query">Asks for a page.</param>
    /// <param name="write">Writes it, and where it is from, for people.</param>
    public static CliCommand List<T>(
        string name, string description, string example, IReadOnlyList<Symbol> symbols,
        Func<AgentEvalClient, ParseResult, CancellationToken, Task<ListPage<T>>> query, Action<IAnsiConsole, ListPage<T>, ServicePlace> write)
    {
        return Create(name, description, example, symbols, AskAsync, IsWithoutData);

        async Task<int> AskAsync(CliSession session, ServerConnection server, ParseResult arguments, CancellationToken cancellationToken)
        {
            Write(session, await query(server.Client, arguments, cancellationToken));
            return ExitCodes.Success;
        }

        bool IsWithoutData(ServerOptions options, CliSession session, ParseResult arguments)
        {
            if (!options.IsWithoutData(session, arguments))
            {
                return false;
            }

            Write(session, new ListPage<T>([], Cursor: null));
            session.Log.Notice("The folder has no data yet. Name another one with --data, or a service with --server.");
            return true;
        }

        void Write(CliSession session, ListPage<T> page) => session.Write(page, (console, shown) => write(console, shown, session.Place!));
    }

    /// <param name="name">The command.</param>
    /// <param name="description">One sentence.</param>
    /// <param name="example">For the help.</param>
    /// <param name="symbols">Its arguments and options, in order.</param>
    /// <param name="handler">Does it.</param>
    /// <param name="isDone">Whether nothing is left to be done, looked at before anything is started.</param>
    private static CliCommand Create(
        string name, string description, string example, IReadOnlyList<Symbol> symbols, ServerHandler handler,
        Func<ServerOptions, CliSession, ParseResult, bool> isDone)
    {
        var options = new ServerOptions();
        var command = new CliCommand(name, description, example, async (session, arguments, cancellationToken) =>
        {
            if (isDone(options, session, arguments))
            {
                return ExitCodes.Success;
            }

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
