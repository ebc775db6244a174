using System.CommandLine;
using AgentEval.Cli.Rendering;
using AgentEval.Cli.Runs;
using AgentEval.Client;
using AgentEval.Core.Api;
using AgentEval.Core.Problems;
using Spectre.Console;

namespace AgentEval.Cli.Commands;

/// <summary><c>run</c>: one suite against one agent, from submission to verdict.</summary>
internal static class RunCommand
{
    public static CliCommand Create()
    {
        var options = new RunOptions();
        var server = new ServerOptions();
        var command = new CliCommand(
            "run",
            "Runs a suite against an agent, and says whether it passed.",
            """
            agenteval run suites/support.yaml --agent agents/support-bot.yaml --gate minPassRate=0.9 --out results
            agenteval run support@1.2.0 --agent support-bot --server https://evals.example.com --junit junit.xml
            agenteval run suites/support.yaml --agent http://127.0.0.1:5100/chat --epochs 5 --seed 42
            """,
            (session, arguments, cancellationToken) => RunAsync(session, options, server, arguments, cancellationToken));
        options.AddTo(command);
        server.AddTo(command);
        return command;
    }

    private static async Task<int> RunAsync(
        CliSession session, RunOptions options, ServerOptions serverOptions, ParseResult arguments, CancellationToken cancellationToken)
    {
        var given = options.Arguments(arguments);
        var runId = options.RunId(arguments);
        CheckRunId(runId, given);
        var outputs = options.Outputs(arguments);
        var leaves = options.IsCreateOnly(arguments) || options.IsDetached(arguments);
        if (leaves && !outputs.IsEmpty)
        {
            throw CliException.BadInput("--create-only and --detach do not wait for results: leave out --out and the reports.");
        }

        OutputPlaces.Check(outputs);
        var submission = runId is null ? RunRequestBuilder.Build(given, session.Log) : null;
        if (submission is null)
        {
            serverOptions.RequireData(session, arguments);
        }

        await using var server = await serverOptions.ConnectAsync(session, arguments, cancellationToken);
        if (submission is not null)
        {
            var submit = new SubmitOptions(Start: !options.IsCreateOnly(arguments), options.IdempotencyKey(arguments), Initiator: "cli");
            runId = await SubmitAsync(session, server.Client, submission, submit, cancellationToken);
        }
        else
        {
            await server.Client.StartRunAsync(runId!, cancellationToken);
        }

        return leaves
            ? Leave(session, server, runId!, options.IsDetached(arguments))
            : await FollowAsync(session, server, runId!, outputs, cancellationToken);
    }

    private static void CheckRunId(string? runId, RunArguments given)
    {
        if (runId is not null && !given.IsEmpty)
        {
            throw CliException.BadInput("--run-id starts a run that was created before: it takes no SUITE, agent or settings.");
        }
    }

    private static async Task<string> SubmitAsync(
        CliSession session, AgentEvalClient client, RunSubmission submission, SubmitOptions options, CancellationToken cancellationToken)
    {
        var fitting = await LargeSuites.StoreAsync(client, submission, session.Log, cancellationToken);
        var accepted = await client.CreateRunAsync(fitting, options, cancellationToken);
        session.Log.Information($"Run {accepted.RunId} is {accepted.Status.ToString().ToLowerInvariant()}.");
        foreach (var warning in accepted.Warnings)
        {
            session.Log.Warning(ErrorView.Line(warning));
        }

        return accepted.RunId;
    }

    private static int Leave(CliSession session, ServerConnection server, string runId, bool started)
    {
        if (started && server.Local is { IsShared: false })
        {
            session.Log.Notice($"The local host ends with this command; the run goes on when one is started on its folder: {session.Command("host")}");
        }

        session.Write(new { runId }, (console, run) => console.WriteLine(run.runId));
        return ExitCodes.Success;
    }

    private static async Task<int> FollowAsync(
        CliSession session, ServerConnection server, string runId, RunOutputs outputs, CancellationToken cancellationToken)
    {
        var trials = outputs.Folder is { } folder
            ? new TrialFiles(server.Client, runId, folder, outputs.FilenameTemplate, session.Environment.Time)
            : null;
        var run = await new RunWatcher(session, server).WatchAsync(runId, trials, cancelsRun: true, cancellationToken);
        var ended = await FinishedRun.ReadAsync(server.Client, run, session.Log, CancellationToken.None);
        try
        {
            ResultView.Write(session, ended, isKept: true);
        }
        finally
        {
            await WriteFilesAsync(session, server, run, outputs, trials);
        }

        return cancellationToken.IsCancellationRequested ? ExitCodes.Cancelled : ExitCodes.Of(ended);
    }

    /// <summary>A run that was cancelled, or whose answer nobody takes, still has what it measured.</summary>
    private static async Task WriteFilesAsync(CliSession session, ServerConnection server, RunSnapshot run, RunOutputs outputs, TrialFiles? trials)
    {
        foreach (var path in await new ResultFiles(server.Client, session.Log).WriteAsync(run, outputs, CancellationToken.None))
        {
            session.Log.Notice($"Wrote {path}");
        }

        if (trials is { Count: > 0 and var count })
        {
            session.Log.Notice($"Wrote {Figures.Count(count, "trial")}, each as a file of its own, into {outputs.Folder}");
        }
    }
}
