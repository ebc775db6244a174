using System.CommandLine;
using System.Text.Json.Nodes;
using AgentEval.Cli.Rendering;
using AgentEval.Cli.Runs;
using AgentEval.Client;
using AgentEval.Core.Api;
using AgentEval.Core.Reports;
using Spectre.Console;
using Spectre.Console.Rendering;

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
        var file = new Argument<string>("FILE") { Description = "{ batchId?, runs: [ run request, … ] }, YAML or JSON. One over 1 MB or 1,000 runs is sent in parts." };
        var key = new Option<string?>("--idempotency-key") { Description = "The same key with the same batch gives the same batch.", HelpName = "K" }.Header();
        var detach = new Option<bool>("--detach") { Description = "Does not wait until the runs are submitted." };
        return ServerCommand.Create(
            "submit", "Submits a batch, and waits until each run is queued or refused.", "agenteval batch submit nightly.yaml --server https://evals.example.com",
            [file, key, detach],
            async (session, server, arguments, cancellationToken) =>
            {
                var path = arguments.GetRequiredValue(file);
                var parts = BatchParts.Of(DocumentFile.Read(path), path, session.Command("suite put FILE"));
                var views = new List<BatchView>();
                foreach (var (index, part) in parts.Index())
                {
                    var partKey = arguments.GetValue(key) is { } given && parts.Count > 1 ? $"{given}.{index + 1}" : arguments.GetValue(key);
                    views.Add(await server.Client.SubmitBatchAsync(part, new BatchOptions(partKey, "cli"), cancellationToken));
                }

                if (!arguments.GetValue(detach))
                {
                    views = await server.WhileServedAsync(stop => FollowAsync(session, server.Client, views, stop), cancellationToken);
                }

                Write(session, views);
                return views.All(view => view.Rejected == 0) ? ExitCodes.Success : ExitCodes.BadInput;
            });
    }

    private static async Task<List<BatchView>> FollowAsync(CliSession session, AgentEvalClient client, IReadOnlyList<BatchView> submitted, CancellationToken cancellationToken)
    {
        var followed = new List<BatchView>();
        foreach (var view in submitted)
        {
            followed.Add(view.Pending == 0 ? view : await client.FollowBatchAsync(view.BatchId, new Waiting(session.Log), cancellationToken));
        }

        return followed;
    }

    private static CliCommand Show()
    {
        var batchId = new Argument<string>("BATCH") { Description = "The batch's id." };
        return ServerCommand.OnData(
            "show", "Tells how the runs of a batch fare.", "agenteval batch show nightly-2026-03-01", [batchId],
            async (session, server, arguments, cancellationToken) =>
            {
                session.Write(await server.Client.GetBatchAsync(arguments.GetRequiredValue(batchId), cancellationToken), Write);
                return ExitCodes.Success;
            });
    }

    /// <summary>As JSON a batch is the service's view of it, and one that was sent in parts a list of them.</summary>
    private static void Write(CliSession session, List<BatchView> views)
    {
        if (views.Count == 1)
        {
            session.Write(views[0], Write);
            return;
        }

        session.Write(views, (console, all) =>
        {
            foreach (var view in all)
            {
                Write(console, view);
            }
        });
    }

    private static void Write(IAnsiConsole console, BatchView batch)
    {
        var pending = batch.Pending > 0 ? $", {batch.Pending} still to be submitted" : "";
        console.WriteLine($"Batch {batch.BatchId}: {batch.Accepted} of {batch.Total} accepted, {batch.Rejected} refused{pending}, {batch.Finished} finished.");
        if (batch.Runs.Count > 0)
        {
            console.Write(ListView.Table(["#", "Run", "Status", "Verdict", "Problems"], batch.Runs.Select(Row)));
        }
    }

    private static IEnumerable<IRenderable> Row(BatchRunView run) =>
    [
        new Text($"{run.Index}"),
        new Text(run.RunId ?? Figures.None),
        new Text(run.Status?.ToString().ToLowerInvariant() ?? Figures.None),
        new Text(run.Verdict?.ToString().ToLowerInvariant() ?? Figures.None),
        new Text(VisibleText.Of(string.Join("; ", run.Errors.Select(error => $"{error.Path}: {error.Message}")))),
    ];

    /// <summary>Says how far it is, each time that changes.</summary>
    private sealed class Waiting(CliLog log) : IProgress<BatchView>
    {
        private int _pending;

        public void Report(BatchView value)
        {
            if (value.Pending > 0 && value.Pending != _pending)
            {
                _pending = value.Pending;
                log.Notice($"Batch {value.BatchId}: {value.Pending} of {value.Total} runs wait to be submitted. Ctrl-C stops waiting; what was taken is not lost.");
            }
        }
    }
}
