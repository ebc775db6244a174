using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace AgentEval.Cli.Hosting;

/// <summary>Starts and stops the Azurite of a data folder; without users it ends by itself after <paramref name="grace"/>.</summary>
internal sealed partial class AzuriteHost(DataFolder folder, AzuriteInstallation installation, TimeSpan grace, CliLog log, TimeProvider time)
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    /// <summary>On 127.0.0.1, since the tables client takes <c>localhost</c> on such ports for another service. Account and key are the emulator's own.</summary>
    public static string ConnectionString(AzuriteProcess azurite)
    {
        const string account = "devstoreaccount1";
        const string key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
        return string.Create(CultureInfo.InvariantCulture, $"DefaultEndpointsProtocol=http;AccountName={account};AccountKey={key};"
            + $"BlobEndpoint=http://127.0.0.1:{azurite.BlobPort}/{account};"
            + $"QueueEndpoint=http://127.0.0.1:{azurite.QueuePort}/{account};"
            + $"TableEndpoint=http://127.0.0.1:{azurite.TablePort}/{account};");
    }

    /// <param name="startedBy">The command, for the record.</param>
    /// <param name="started">Told the process id at once, before Azurite listens.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<AzuriteProcess> StartAsync(string startedBy, Action<AzuriteProcess> started, CancellationToken cancellationToken)
    {
        await installation.EnsureAsync(cancellationToken);
        File.Delete(folder.AzuriteLog);
        Directory.CreateDirectory(folder.Azurite);
        var processFile = Path.Combine(folder.Path, ProcessFile.Name);
        var command = new ProcessCommand(
            "node",
            [
                installation.Caretaker, processFile, grace.TotalSeconds.ToString(CultureInfo.InvariantCulture), installation.Script,
                "--location", folder.Azurite, "--silent", "--disableTelemetry", "--skipApiVersionCheck",
                "--blobPort", "0", "--queuePort", "0", "--tablePort", "0",
            ],
            folder.Path,
            folder.AzuriteLog);
        var process = await DetachedProcess.StartAsync(command, cancellationToken);
        var azurite = new AzuriteProcess(process.Pid, process.Started, startedBy, 0, 0, 0);
        started(azurite);
        azurite = await WithPortsAsync(azurite, cancellationToken);
        log.Debug($"Azurite (process {azurite.Pid}) listens on the ports {azurite.BlobPort}, {azurite.QueuePort} and {azurite.TablePort}.");
        return azurite;
    }

    /// <summary>Whether it is alive and takes connections.</summary>
    public static async Task<bool> ServesAsync(AzuriteProcess azurite, CancellationToken cancellationToken)
    {
        if (!azurite.Identity.IsAlive() || azurite.TablePort == 0)
        {
            return false;
        }

        using var connection = new TcpClient();
        try
        {
            await connection.ConnectAsync("127.0.0.1", azurite.TablePort, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Lets Azurite write what it holds and waits for its end. It is never killed: that could cost data.</summary>
    public async Task StopAsync(AzuriteProcess azurite)
    {
        Signals.Terminate(azurite.Identity);
        if (!await Signals.WaitForEndAsync(azurite.Identity, StopLimit, time))
        {
            log.Warning($"Azurite (process {azurite.Pid}) still writes to {folder.Azurite} after {StopLimit.TotalSeconds:0} s; it will end by itself.");
        }
    }

    private async Task<AzuriteProcess> WithPortsAsync(AzuriteProcess azurite, CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        while (time.GetElapsedTime(since) < StartLimit)
        {
            var ports = Listening().Matches(await ReadLogAsync(cancellationToken))
                .ToDictionary(match => match.Groups["service"].Value, match => int.Parse(match.Groups["port"].Value, CultureInfo.InvariantCulture));
            if (ports.Count == 3)
            {
                return azurite with { BlobPort = ports["Blob"], QueuePort = ports["Queue"], TablePort = ports["Table"] };
            }

            if (!azurite.Identity.IsAlive())
            {
                break;
            }

            await Task.Delay(Poll, time, cancellationToken);
        }

        throw CliException.Trouble($"The local storage (Azurite) did not come up.{Environment.NewLine}{LogTail.Read(folder.AzuriteLog)}");
    }

    private async Task<string> ReadLogAsync(CancellationToken cancellationToken)
    {
        using var file = new FileStream(folder.AzuriteLog, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file);
        return await reader.ReadToEndAsync(cancellationToken);
    }

    [GeneratedRegex(@"Azurite (?<service>Blob|Queue|Table) service is successfully listening at http://127\.0\.0\.1:(?<port>[0-9]+)\n", RegexOptions.NonBacktracking)]
    private static partial Regex Listening();
}
