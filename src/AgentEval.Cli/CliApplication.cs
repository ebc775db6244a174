using System.CommandLine;
using System.CommandLine.Invocation;
using AgentEval.Cli.Commands;
using AgentEval.Cli.Rendering;

namespace AgentEval.Cli;

/// <summary>The command line as a whole: finds the command, runs it, and turns every trouble into a message and an exit code.</summary>
internal static class CliApplication
{
    public static async Task<int> RunAsync(IReadOnlyList<string> args, CliEnvironment environment, CancellationToken cancellationToken)
    {
        var globals = new GlobalOptions();
        var root = CommandCatalogue.Create();
        globals.AddTo(root);
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if ((parsed.Action is null or ParseErrorAction) && CommandLineProblems.Of(parsed) is { Count: > 0 } problems)
        {
            return await TellAsync(problems, CommandLineProblems.Help(parsed), environment.Error);
        }

        try
        {
            if (parsed.Action is not null || parsed.CommandResult.Command is not CliCommand command)
            {
                return await parsed.InvokeAsync(Configure(environment), cancellationToken);
            }

            using var session = globals.Open(parsed, environment);
            return await RunAsync(command, session, parsed, cancellationToken);
        }
        catch (CliException e)
        {
            await environment.Error.WriteLineAsync("error: " + e.Message);
            return e.ExitCode;
        }
    }

    private static async Task<int> RunAsync(CliCommand command, CliSession session, ParseResult parsed, CancellationToken cancellationToken)
    {
        try
        {
            return await command.Handler(session, parsed, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            session.Log.Notice("Stopped.");
            return ExitCodes.Cancelled;
        }
        catch (Exception e)
        {
            ErrorView.Write(session, e);
            return ExitCodes.Of(e);
        }
    }

    /// <summary>For what the parser does by itself: help, version.</summary>
    private static InvocationConfiguration Configure(CliEnvironment environment) =>
        new() { Output = environment.Output, Error = environment.Error, ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false };

    private static async Task<int> TellAsync(IReadOnlyList<string> problems, string help, TextWriter error)
    {
        foreach (var problem in problems)
        {
            await error.WriteLineAsync("error: " + problem);
        }

        await error.WriteLineAsync(help);
        return ExitCodes.BadInput;
    }
}
