using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace AgentEval.Cli.Hosting;

/// <summary>Starts and stops the app of a data folder.</summary>
internal sealed class AppHost(DataFolder folder, LocalProgram program, CliLog log, TimeProvider time)
{
    private const long LogLimit = 16 * 1024 * 1024;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(10);

    // The app gives running trials 10 s to end, then hands them back.
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(40);

    /// <param name="azurite">Its storage.</param>
    /// <param name="port">0: any free one. One in use is replaced by a free one.</param>
    /// <param name="startedBy">The command, for the record.</param>
    /// <param name="started">Told the process id at once, before the app listens.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Uri> StartAsync(
        AzuriteProcess azurite, int port, string startedBy, Action<ServingProcess> started, CancellationToken cancellationToken)
    {
        File.Delete(folder.AppReadyFile);
        if (File.Exists(folder.AppLog) && new FileInfo(folder.AppLog).Length > LogLimit)
        {
            File.Move(folder.AppLog, folder.AppLog + ".1", overwrite: true);
        }

        var command = new ProcessCommand(program.FileName, program.Arguments, program.WorkingDirectory, folder.AppLog)
        {
            Environment = new Dictionary<string, string>
            {
                ["AzureWebJobsStorage"] = AzuriteHost.ConnectionString(azurite),
                ["LocalRuntime__Port"] = FreePort(port).ToString(CultureInfo.InvariantCulture),
                ["LocalRuntime__ReadyFile"] = folder.AppReadyFile,
            },
        };
        var process = await DetachedProcess.StartAsync(command, cancellationToken);
        started(new ServingProcess("app", process.Pid, process.Started, startedBy));
        var ready = await ReadyFile.WaitAsync(folder.AppReadyFile, "app", process, folder.AppLog, StartLimit, time, cancellationToken);
        log.Debug($"The app (process {process.Pid}) listens at {ready.Url}.");
        return ready.Url;
    }

    /// <summary>Whether it is alive and answers.</summary>
    /// <exception cref="CliException">It is alive and does not answer.</exception>
    public static async Task<bool> ServesAsync(ServingProcess app, Uri url, CancellationToken cancellationToken)
    {
        if (!app.Identity.IsAlive())
        {
            return false;
        }

        using var http = new HttpClient { Timeout = AnswerLimit };
        try
        {
            using var response = await http.GetAsync(new Uri(url, "/api/health"), cancellationToken);
            return true;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return app.Identity.IsAlive()
                ? throw CliException.Trouble($"The app (process {app.Pid}) that serves the folder does not answer at {url}: {e.Message}", e)
                : false;
        }
    }

    /// <summary>Asks the app to end, waits, and kills it at last: nothing it holds is lost by that.</summary>
    public async Task StopAsync(ServingProcess app)
    {
        Signals.Terminate(app.Identity);
        if (!await Signals.WaitForEndAsync(app.Identity, StopLimit, time))
        {
            log.Warning($"The app (process {app.Pid}) did not end within {StopLimit.TotalSeconds:0} s and is killed.");
            Signals.Kill(app.Identity);
            await Signals.WaitForEndAsync(app.Identity, StopLimit, time);
        }
    }

    private int FreePort(int wanted)
    {
        if (wanted == 0)
        {
            return 0;
        }

        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, wanted);
            listener.Start();
            return wanted;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            log.Notice($"Port {wanted} is in use; a free one is taken.");
            return 0;
        }
    }
}
