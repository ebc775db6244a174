using System.CommandLine;
using System.Text.Json.Nodes;
using AgentEval.Cli.Rendering;
using AgentEval.Core.Api;
using Spectre.Console;

namespace AgentEval.Cli.Commands;

/// <summary><c>batch submit|show</c>: many runs at once.</summary>
internal static class BatchCommand
{
    public static Command Create() => new("batch", "Submits many runs at once, and tells how they fare.")
    {
        Submit(), Show(),
    };

    private static CliCommand Submit()
    {
        Argument<string> file = new("FILE") { Description = "{ batchId?, runs: [ run request, … ] }, YAML or JSON." };
        return ServerCommand.Create(
            "submit", "Submits a batch.", "agenteval batch submit nightly.yaml --server https://evals.example.com", [file],
            async (session, server, arguments, cancellationToken) =>
            {
                JsonObject batch = DocumentFile.Read(arguments.GetRequiredValue(file));
                BatchView view = await server.Client.SubmitBatchAsync(batch, cancellationToken);
                session.Write(view, Write);
                return view.Rejected == 0 ? ExitCodes.Success : ExitCodes.BadInput;
            });
    }

    private static CliCommand Show()
    {
        Argument<string> batchId = new("BATCH") { Description = "The batch's id." };
        return ServerCommand.Create(
            "show", "Tells how the runs of a batch fare.", "agenteval batch show nightly-2026-03-01", [batchId],
            async (session, server, arguments, cancellationToken) =>
            {
                session.Write(await server.Client.GetBatchAsync(arguments.GetRequiredValue(batchId), cancellationToken), Write);
                return ExitCodes.Success;
            });
    }

    private static void Write(IAnsiConsole console, BatchView batch)
    {
        console.WriteLine($"Batch {batch.BatchId}: {batch.Accepted} of {batch.Total} accepted, {batch.Rejected} refused, {batch.Finished} finished.");
        Table table = new Table().Border(TableBorder.Simple).AddColumns("#", "Run", "Status", "Verdict", "Problems");
        foreach (BatchRunView run in batch.Runs)
        {
            table.AddRow(
                $"{run.Index}",
                run.RunId ?? Figures.None,
                run.Status?.ToString().ToLowerInvariant() ?? Figures.None,
                run.Verdict?.ToString().ToLowerInvariant() ?? Figures.None,
                Markup.Escape(string.Join("; ", run.Errors.Select(error => $"{error.Path}: {error.Message}"))));
        }

        console.Write(table);
    }
}
