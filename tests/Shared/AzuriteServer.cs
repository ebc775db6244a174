using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace AgentEval.Tests.Shared;

/// <summary>What an <see cref="AzuriteServer"/> serves and where.</summary>
public sealed record AzuriteOptions
{
    /// <summary>The folder with the data; null keeps everything in memory.</summary>
    public string? Folder { get; init; }

    /// <summary>Ports of blobs, queues and tables; 0 takes a free one. Pass those of a former server to take its place.</summary>
    public (int Blob, int Queue, int Table) Ports { get; init; }
}

/// <summary>A running Azurite process with blobs, queues and tables. It ends with its owner, also when the owner is killed.</summary>
public sealed partial class AzuriteServer : IAsyncDisposable
{
    // Azurite outlives whoever started it; the end of standard input tells it that its owner is gone.
    private const string Launcher =
        "process.stdin.on('end', () => process.kill(process.pid, 'SIGTERM')).resume(); require(process.argv[1]);";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);

    private readonly Process _process;

    private AzuriteServer(Process process, (int Blob, int Queue, int Table) ports)
    {
        _process = process;
        Ports = ports;
    }

    /// <summary>The emulator's only account.</summary>
    public const string AccountName = "devstoreaccount1";

    /// <summary>The emulator's well-known key; no secret.</summary>
    public const string AccountKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    public (int Blob, int Queue, int Table) Ports { get; }

    public int ProcessId => _process.Id;

    public Uri BlobEndpoint => Endpoint(Ports.Blob);

    public Uri QueueEndpoint => Endpoint(Ports.Queue);

    public Uri TableEndpoint => Endpoint(Ports.Table);

    public string ConnectionString =>
        $"DefaultEndpointsProtocol=http;AccountName={AccountName};AccountKey={AccountKey};"
        + $"BlobEndpoint={BlobEndpoint};QueueEndpoint={QueueEndpoint};TableEndpoint={TableEndpoint};";

    /// <summary>Starts Azurite and returns once all three services listen.</summary>
    /// <exception cref="InvalidOperationException">It did not come up; the message has what it printed.</exception>
    public static async Task<AzuriteServer> StartAsync(AzuriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new AzuriteOptions();
        var script = await AzuriteInstallation.EnsureAsync(cancellationToken);
        var process = Process.Start(StartInfo(script, options))!;
        try
        {
            return new AzuriteServer(process, await ReadPortsAsync(process, cancellationToken));
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }
    }

    /// <summary>Ends the process at once, as <c>kill -9</c> does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Lets Azurite write its data and end.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.StandardInput.Close();
            using CancellationTokenSource limit = new(StopLimit);
            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                await KillAsync();
            }
        }

        _process.Dispose();
    }

    private static Uri Endpoint(int port) => new($"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}/{AccountName}");

    private static ProcessStartInfo StartInfo(string script, AzuriteOptions options)
    {
        string[] storage = options.Folder is null ? ["--inMemoryPersistence"] : ["--location", options.Folder];
        return new ProcessStartInfo("node",
        [
            "-e", Launcher, script, "--silent", "--disableTelemetry", "--skipApiVersionCheck",
            "--blobPort", Text(options.Ports.Blob), "--queuePort", Text(options.Ports.Queue), "--tablePort", Text(options.Ports.Table),
            .. storage,
        ])
        {
            WorkingDirectory = Path.GetTempPath(),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
    }

    private static async Task<(int Blob, int Queue, int Table)> ReadPortsAsync(Process process, CancellationToken cancellationToken)
    {
        StringBuilder printed = new();
        Dictionary<string, int> ports = [];
        TaskCompletionSource<bool> listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
        process.ErrorDataReceived += (_, line) => Append(line.Data);
        process.OutputDataReceived += (_, line) =>
        {
            Append(line.Data);
            if (line.Data is null)
                listening.TrySetResult(false);
            else if (Listening().Match(line.Data) is { Success: true } match)
                ports[match.Groups["service"].Value] = int.Parse(match.Groups["port"].Value, CultureInfo.InvariantCulture);
            if (ports.Count == 3)
                listening.TrySetResult(true);
        };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();

        if (await Task.WhenAny(listening.Task, Task.Delay(StartLimit, cancellationToken)) != listening.Task || !await listening.Task)
        {
            cancellationToken.ThrowIfCancellationRequested();
            lock (printed)
                throw new InvalidOperationException($"Azurite did not come up. It printed:\n{printed}");
        }

        return (ports["Blob"], ports["Queue"], ports["Table"]);

        void Append(string? line)
        {
            lock (printed)
                printed.AppendLine(line);
        }
    }

    [GeneratedRegex(@"^Azurite (?<service>Blob|Queue|Table) service is successfully listening at http://127\.0\.0\.1:(?<port>\d+)")]
    private static partial Regex Listening();
}
