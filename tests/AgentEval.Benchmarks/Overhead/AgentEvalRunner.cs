using System.Diagnostics;
using AgentEval.Cli;
using AgentEval.Cli.Hosting;
using AgentEval.Client;
using AgentEval.Core.Runs;

namespace AgentEval.Benchmarks.Overhead;

/// <summary>The app on its local runtime with Azurite on disk, as a user starts it.</summary>
internal sealed class AgentEvalRunner : IAsyncDisposable
{
    private readonly LocalServer _server;
    private readonly AgentEvalClient _client;
    private readonly string _folder;

    private AgentEvalRunner(LocalServer server, string folder)
    {
        _server = server;
        _folder = folder;
        _client = AgentEvalClient.Create(server.Url, key: null, new AgentEvalClientOptions { FirstPoll = TimeSpan.FromMilliseconds(100), LongestPoll = TimeSpan.FromMilliseconds(100) });
    }

    public static async Task<AgentEvalRunner> StartAsync(CliLog log, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("agenteval-bench-").FullName;
        var options = new LocalServerOptions(folder, "benchmark") { StorageGrace = TimeSpan.Zero };
        var server = await LocalServer.StartAsync(options, LocalInstallation.Find(AppContext.BaseDirectory), log, TimeProvider.System, cancellationToken);
        return new AgentEvalRunner(server, folder);
    }

    public async Task<Measurement> MeasureAsync(Workload workload, Uri agent, CancellationToken cancellationToken)
    {
        await _client.PutSuiteAsync(Workload.SuiteName, workload.ToSuite(), cancellationToken: cancellationToken);
        var processes = ProcessFile.Read(_folder);
        using var app = Process.GetProcessById(processes.App!.Pid);
        using var storage = Process.GetProcessById(processes.Azurite!.Pid);
        var (appBefore, storageBefore) = (app.TotalProcessorTime, storage.TotalProcessorTime);
        var watch = Stopwatch.StartNew();
        var run = await _client.CreateAndRunAsync(Workload.Submission(agent, workload.Parallel), progress: null, cancellationToken);
        watch.Stop();
        if (run.Result is not { Verdict: Verdict.Passed } result || result.Metrics.Scenario.Passed != workload.Trials)
        {
            throw new InvalidOperationException($"The run {run.RunId} did not pass: {run.Message}");
        }

        app.Refresh();
        storage.Refresh();
        return new Measurement("agenteval", workload.Trials, watch.Elapsed, ResidentMemory.PeakMegabytes(app.Id), new Dictionary<string, TimeSpan>
        {
            ["app"] = app.TotalProcessorTime - appBefore,
            ["storage"] = storage.TotalProcessorTime - storageBefore,
        });
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
