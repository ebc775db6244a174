using System.CommandLine;
using AgentEval.Client;
using Spectre.Console;

namespace AgentEval.Cli.Commands;

/// <summary>What can be done with suites, agents and schedules alike.</summary>
internal static class StoredCommand
{
    /// <param name="description">One sentence.</param>
    /// <param name="example">For the help.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="delete">Deletes the one of this name.</param>
    public static CliCommand Delete(
        string description, string example, Argument<string> name, Func<AgentEvalClient, string, CancellationToken, Task> delete) => ServerCommand.OnData(
        "delete", description, example, [name],
        async (session, server, arguments, cancellationToken) =>
        {
            var deleted = arguments.GetRequiredValue(name);
            await delete(server.Client, deleted, cancellationToken);
            session.Write(new { deleted }, (console, answer) => console.WriteLine($"Deleted {answer.deleted}."));
            return ExitCodes.Success;
        });

    /// <param name="kind">Suites or agents.</param>
    /// <param name="example">For the help.</param>
    public static CliCommand Validate(DocumentKind kind, string example)
    {
        var things = $"{ValidateCommand.Name(kind)}s";
        var files = new Argument<string[]>("FILE") { Description = $"The {things}, YAML or JSON.", Arity = ArgumentArity.OneOrMore };
        return new CliCommand("validate", $"Checks {things}, offline.", example,
            (session, arguments, _) => Task.FromResult(ValidateCommand.Validate(session, arguments.GetValue(files)!, kind)))
        {
            Arguments = { files },
        };
    }
}
