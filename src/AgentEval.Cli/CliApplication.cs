using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
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
        if (parsed.Action is ParseErrorAction)
        {
            return TellErrors(parsed, environment);
        }

        if (parsed.Action is not null || parsed.CommandResult.Command is not CliCommand command)
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration { Output = environment.Output, Error = environment.Error, ProcessTerminationTimeout = null }, cancellationToken);
        }

        try
        {
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
            return ExitCodes.Cancelled;
        }
        catch (Exception e)
        {
            ErrorView.Write(session, e);
            return ExitCodes.Of(e);
        }
    }

    private static int TellErrors(ParseResult parsed, CliEnvironment environment)
    {
        foreach (var message in parsed.Errors.Select(error => Plain(error.Message)).Distinct(StringComparer.Ordinal))
        {
            environment.Error.WriteLine("error: " + message);
        }

        var path = new List<string>();
        for (SymbolResult? result = parsed.CommandResult; result is CommandResult { Command: var command and not RootCommand }; result = result.Parent)
        {
            path.Insert(0, command.Name);
        }

        environment.Error.WriteLine($"See: {string.Join(' ', ["agenteval", .. path, "--help"])}");
        return ExitCodes.BadInput;
    }

    // The parser names .NET types to people.
    private static string Plain(string message)
    {
        var type = message.IndexOf(" as expected type '", StringComparison.Ordinal);
        return type < 0 ? message : message[..type] + ".";
    }
}
