using System.CommandLine;
using System.Text.Json.Nodes;
using AgentEval.Cli.Hosting;
using AgentEval.Cli.Rendering;
using AgentEval.Cli.Runs;
using AgentEval.Client;
using AgentEval.Core.Api;
using Spectre.Console;

namespace AgentEval.Cli.Commands;

/// <summary><c>demo</c>: everything on this machine, from an empty folder to a verdict with its reports.</summary>
internal static class DemoCommand
{
    private const string Agent = "sample-agent";

    // Everyone sees the same demo.
    private const int Seed = 42;

    private sealed record DemoOptions(string Model, bool Keep, string Out);

    public static CliCommand Create()
    {
        var model = new Option<string>("--model")
        {
            Description = "The sample agent's model: safe passes, leaky fails its gate.",
            HelpName = "safe|leaky",
            DefaultValueFactory = _ => "safe",
        };
        model.AcceptOnlyFromAmong("safe", "leaky");
        var keep = new Option<bool>("--keep") { Description = $"Keep the app and its data ({DataFolder.DefaultName}) after the run, until Ctrl-C." };
        var output = new Option<string>("--out") { Description = "The reports go here.", HelpName = "DIR", DefaultValueFactory = _ => "agenteval-demo" };
        return new CliCommand(
            "demo",
            "Starts the app, its storage and a sample agent on this machine, evaluates the agent, and writes the reports.",
            "agenteval demo --model leaky --out demo-reports",
            (session, arguments, cancellationToken) => RunAsync(
                session, new DemoOptions(arguments.GetValue(model)!, arguments.GetValue(keep), arguments.GetValue(output)!), cancellationToken))
        {
            Options = { model, keep, output },
        };
    }

    private static async Task<int> RunAsync(CliSession session, DemoOptions options, CancellationToken cancellationToken)
    {
        OutputPlaces.CheckFolder(options.Out, "--out");
        if (options.Keep)
        {
            return await RunOnAsync(session, options, DataFolder.DefaultName, cancellationToken);
        }

        var folder = Directory.CreateTempSubdirectory("agenteval-demo-");
        try
        {
            return await RunOnAsync(session, options, folder.FullName, cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<int> RunOnAsync(CliSession session, DemoOptions options, string folder, CancellationToken cancellationToken)
    {
        var installation = session.Environment.Installation();
        var suite = DocumentFile.Read(installation.SampleSuiteFile);
        var local = new LocalServerOptions(folder, "demo") { StartNotice = "Starting the storage, the app and the sample agent …" };
        await using var server = await ServerConnection.StartLocalAsync(session, local, cancellationToken);
        var agent = await server.Local!.StartCompanionAsync(Agent, installation.SampleAgentProgram, cancellationToken);
        session.Log.Notice($"The app listens at {Text(server.Local.Url)}, the sample agent ({options.Model}) at {Text(agent)}.");

        var submission = new RunSubmission { Suite = suite, Agent = SampleAgent(agent, options.Model), Settings = new JsonObject { ["seed"] = Seed } };
        var accepted = await server.Client.CreateRunAsync(submission, new SubmitOptions(Initiator: "cli"), cancellationToken);
        var run = await new RunWatcher(session, server).WatchAsync(accepted.RunId, trials: null, cancelsRun: true, cancellationToken);
        var ended = await FinishedRun.ReadAsync(server.Client, run, session.Log, CancellationToken.None);
        await TellAsync(session, server, options, ended);
        if (options.Keep && !cancellationToken.IsCancellationRequested)
        {
            await KeepAsync(session, server, cancellationToken);
        }

        return ExitCodes.Of(ended);
    }

    private static async Task TellAsync(CliSession session, ServerConnection server, DemoOptions options, FinishedRun ended)
    {
        try
        {
            ResultView.Write(session, ended, isKept: options.Keep);
        }
        finally
        {
            foreach (var path in await new ResultFiles(server.Client, session.Log).WriteReportsAsync(ended.Run, options.Out, CancellationToken.None))
            {
                session.Log.Notice($"Wrote {Path.GetFullPath(path)}");
            }
        }
    }

    private static async Task KeepAsync(CliSession session, ServerConnection server, CancellationToken cancellationToken)
    {
        session.Log.Notice($"The app stays at {Text(server.Local!.Url)} until Ctrl-C.");
        try
        {
            await server.WhileServedAsync<int>(
                async stop =>
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, session.Environment.Time, stop);
                    return 0;
                },
                cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            session.Log.Notice("Stopping …");
        }
    }

    private static JsonObject SampleAgent(Uri url, string model) => new()
    {
        ["agent"] = Agent,
        ["type"] = "openai-chat",
        ["url"] = new Uri(url, "/v1/chat/completions").ToString(),
        ["model"] = model,
        ["reset"] = new JsonObject { ["url"] = new Uri(url, "/reset").ToString() },
    };

    private static string Text(Uri url) => url.ToString().TrimEnd('/');
}
