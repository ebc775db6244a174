using System.CommandLine;
using AgentEval.Cli.Hosting;
using Spectre.Console;

namespace AgentEval.Cli.Commands;

/// <summary><c>host</c>: the app on the local runtime with Azurite, until it is told to stop.</summary>
internal static class HostCommand
{
    private const int DefaultPort = 7071;

    private sealed record HostView(string Url, string Data, int Pid);

    public static CliCommand Create()
    {
        var data = new Option<string>("--data")
        {
            Description = "The folder with all data; what was running in it goes on.",
            HelpName = "DIR",
            DefaultValueFactory = _ => DataFolder.DefaultName,
        };
        var port = new Option<int>("--port")
        {
            Description = "Where to listen on 127.0.0.1; one in use is replaced by a free one, 0 takes any.",
            HelpName = "N",
            DefaultValueFactory = _ => DefaultPort,
        }.Within(0, 65_535);
        return new CliCommand(
            "host",
            "Runs the app on this machine, with its storage, until Ctrl-C or SIGTERM.",
            "agenteval host --data ./evals --port 7071",
            (session, arguments, cancellationToken) => RunAsync(
                session, new LocalServerOptions(arguments.GetValue(data)!, "host") { Port = arguments.GetValue(port) }, cancellationToken))
        {
            Options = { data, port },
        };
    }

    private static async Task<int> RunAsync(CliSession session, LocalServerOptions options, CancellationToken cancellationToken)
    {
        await using var server = await ServerConnection.StartLocalAsync(session, options, cancellationToken);
        var local = server.Local!;
        var view = new HostView(local.Url.ToString().TrimEnd('/'), Path.GetFullPath(options.Folder), Environment.ProcessId);
        session.Write(view, (console, host) =>
        {
            console.WriteLine($"{(local.IsShared ? "The app that already serves this folder listens" : "Listening")} at {host.Url} (data in {host.Data}).");
            console.WriteLine("Ctrl-C stops it.");
        });
        await session.Environment.Output.FlushAsync(CancellationToken.None);

        try
        {
            return await server.WhileServedAsync<int>(
                async stop =>
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, session.Environment.Time, stop);
                    return ExitCodes.Success;
                },
                cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            session.Log.Notice("Stopping …");
            return ExitCodes.Success;
        }
    }
}
