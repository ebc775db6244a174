using System.CommandLine;
using AgentEval.Cli.Hosting;
using Spectre.Console;

namespace AgentEval.Cli.Commands;

/// <summary><c>host</c>: the app on the local runtime with Azurite, until it is told to stop.</summary>
internal static class HostCommand
{
    private const int DefaultPort = 7071;

    /// <param name="Url">Of the app.</param>
    /// <param name="Data">The folder.</param>
    /// <param name="Pid">Of this command.</param>
    /// <param name="AppPid">Of the app.</param>
    /// <param name="IsShared">Another command had started the app.</param>
    private sealed record HostView(string Url, string Data, int Pid, int AppPid, bool IsShared);

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
            (session, arguments, cancellationToken) =>
            {
                var options = new LocalServerOptions(arguments.GetValue(data)!, "host") { Port = arguments.GetValue(port) };
                return RunAsync(session, options, isPortGiven: arguments.GetResult(port) is { Implicit: false }, cancellationToken);
            })
        {
            Options = { data, port },
        };
    }

    private static async Task<int> RunAsync(CliSession session, LocalServerOptions options, bool isPortGiven, CancellationToken cancellationToken)
    {
        await using var server = await ServerConnection.StartLocalAsync(session, options, cancellationToken);
        var local = server.Local!;
        await TellAsync(session, options, local);
        if (local.IsShared && isPortGiven && options.Port != local.Url.Port)
        {
            session.Log.Warning($"--port {options.Port} is not used: the app listens at {Text(local.Url)} already.");
        }

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
            session.Log.Notice(local.Others() is [var other, ..]
                ? $"Leaving; the app stays up at {Text(local.Url)} as long as `agenteval {other.Command}` (process {other.Pid}) needs it."
                : "Stopping …");
            return ExitCodes.Success;
        }
    }

    private static async Task TellAsync(CliSession session, LocalServerOptions options, LocalServer local)
    {
        var view = new HostView(Text(local.Url), Path.GetFullPath(options.Folder), Environment.ProcessId, local.AppPid, local.IsShared);
        session.Write(view, (console, host) =>
        {
            console.WriteLine(host.IsShared
                ? $"The data in {host.Data} is already served at {host.Url}, by process {host.AppPid}."
                : $"Listening at {host.Url} (data in {host.Data}).");
            console.WriteLine(host.IsShared ? "The app stays up until the last command that uses it has ended. Ctrl-C ends this one." : "Ctrl-C stops it.");
        });
        await session.Environment.Output.FlushAsync(CancellationToken.None);
    }

    private static string Text(Uri url) => url.ToString().TrimEnd('/');
}
