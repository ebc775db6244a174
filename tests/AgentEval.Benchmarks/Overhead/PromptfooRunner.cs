using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace AgentEval.Benchmarks.Overhead;

/// <summary>The same workload under promptfoo, for comparison: <c>npm install promptfoo</c> in a folder, and name the folder.</summary>
internal sealed class PromptfooRunner(string folder)
{
    public async Task<Measurement> MeasureAsync(Workload workload, Uri agent, CancellationToken cancellationToken)
    {
        var work = Directory.CreateTempSubdirectory("promptfoo-bench-").FullName;
        try
        {
            var configuration = Path.Combine(work, "promptfooconfig.json");
            var results = Path.Combine(work, "results.json");
            await File.WriteAllTextAsync(configuration, Configuration(workload, agent).ToJsonString(), cancellationToken);
            var start = Command(work, "eval", "-c", configuration, "-o", results, "--no-cache", "--no-progress-bar", "--no-table", "-j", workload.Parallel.ToString(CultureInfo.InvariantCulture));
            var watch = Stopwatch.StartNew();
            using var process = Process.Start(start)!;
            var output = Task.WhenAll(process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
            var (peak, processor) = await WatchAsync(process, cancellationToken);
            watch.Stop();
            var passed = File.Exists(results) ? (int?)JsonNode.Parse(await File.ReadAllTextAsync(results, cancellationToken))!["results"]?["stats"]?["successes"] : null;
            return passed == workload.Trials
                ? new Measurement("promptfoo", workload.Trials, watch.Elapsed, peak, new Dictionary<string, TimeSpan> { ["promptfoo"] = processor })
                : throw new InvalidOperationException($"promptfoo ended with {process.ExitCode} and {passed?.ToString(CultureInfo.InvariantCulture) ?? "no"} successes:\n{string.Join('\n', await output)}");
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    /// <summary>Both stand in the process table until the process is gone, so they are read while it lives.</summary>
    private static async Task<(double PeakMegabytes, TimeSpan Processor)> WatchAsync(Process process, CancellationToken cancellationToken)
    {
        var (peak, processor) = (0.0, TimeSpan.Zero);
        var ended = process.WaitForExitAsync(cancellationToken);
        while (!ended.IsCompleted)
        {
            try
            {
                process.Refresh();
                processor = process.TotalProcessorTime;
                peak = Math.Max(peak, ResidentMemory.PeakMegabytes(process.Id));
            }
            catch (Exception failure) when (failure is IOException or InvalidOperationException or ArgumentException)
            {
                // It has just ended.
            }

            await Task.WhenAny(ended, Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken));
        }

        await ended;
        return (peak, processor);
    }

    private ProcessStartInfo Command(string work, params ReadOnlySpan<string> arguments)
    {
        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = work };
        start.ArgumentList.Add(Path.Combine(folder, "node_modules", "promptfoo", "dist", "src", "entrypoint.js"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["PROMPTFOO_CONFIG_DIR"] = work;
        start.Environment["PROMPTFOO_DISABLE_TELEMETRY"] = "1";
        start.Environment["PROMPTFOO_DISABLE_UPDATE"] = "1";
        start.Environment["PROMPTFOO_DISABLE_REMOTE_GENERATION"] = "1";
        return start;
    }

    private static JsonObject Configuration(Workload workload, Uri agent) => new()
    {
        ["prompts"] = new JsonArray("{{message}}"),
        ["providers"] = new JsonArray(new JsonObject
        {
            ["id"] = agent.ToString(),
            ["config"] = new JsonObject
            {
                ["method"] = "POST",
                ["headers"] = new JsonObject { ["Content-Type"] = "application/json" },
                ["body"] = new JsonObject { ["message"] = "{{prompt}}" },
                ["transformResponse"] = "json.reply",
            },
        }),
        ["tests"] = new JsonArray([.. Enumerable.Range(1, workload.Trials).Select(Test)]),
    };

    private static JsonNode Test(int number) => new JsonObject
    {
        ["vars"] = new JsonObject { ["message"] = Workload.InputOf(number) },
        ["assert"] = new JsonArray(
            new JsonObject { ["type"] = "contains", ["value"] = Workload.MustContain },
            new JsonObject { ["type"] = "not-contains", ["value"] = Workload.MustNotContain },
            new JsonObject { ["type"] = "regex", ["value"] = Workload.Pattern }),
    };
}
