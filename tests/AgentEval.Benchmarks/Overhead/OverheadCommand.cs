using System.CommandLine;
using System.Globalization;
using AgentEval.Cli;

namespace AgentEval.Benchmarks.Overhead;

/// <summary>What a run costs beside the agent: trials per second and resident memory, for one size or several.</summary>
internal static class OverheadCommand
{
    public static Command Create()
    {
        var trials = new Option<int[]>("--trials") { Description = "Trials a run; several sizes show the growth.", DefaultValueFactory = _ => [1_000], AllowMultipleArgumentsPerToken = true };
        var parallel = new Option<int>("--parallel") { Description = "Trials at a time.", DefaultValueFactory = _ => 20 };
        var repeat = new Option<int>("--repeat") { Description = "Runs of each size, one after the other on the same app; the first also warms it up.", DefaultValueFactory = _ => 2 };
        var promptfoo = new Option<string?>("--promptfoo") { Description = "A folder with promptfoo installed: runs the same cases under it too." };
        var command = new Command("overhead", "Measures whole runs: trials per second and memory, with an agent that answers at once.") { trials, parallel, repeat, promptfoo };
        command.SetAction((parsed, cancellationToken) => MeasureAsync(
            [.. parsed.GetRequiredValue(trials).Select(count => new Workload(count, parsed.GetRequiredValue(parallel)))],
            parsed.GetRequiredValue(repeat),
            parsed.GetValue(promptfoo),
            cancellationToken));
        return command;
    }

    private static async Task<int> MeasureAsync(IReadOnlyList<Workload> workloads, int repeat, string? promptfoo, CancellationToken cancellationToken)
    {
        using var log = new CliLog(Console.Error, CliLogLevel.Warning, file: null, TimeProvider.System);
        await using var agent = await InstantAgent.StartAsync();
        foreach (var workload in workloads)
        {
            // An app of its own for each size: the memory is that of this size alone.
            await using var runner = await AgentEvalRunner.StartAsync(log, cancellationToken);
            Measurement? best = null;
            for (var round = 0; round < repeat; round++)
            {
                var measured = await runner.MeasureAsync(workload, agent.Url, cancellationToken);
                Console.WriteLine(measured);
                best = best is null || measured.TrialsPerSecond > best.TrialsPerSecond ? measured : best;
            }

            if (promptfoo is not null)
            {
                var other = await new PromptfooRunner(promptfoo).MeasureAsync(workload, agent.Url, cancellationToken);
                Console.WriteLine(other);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{best!.TrialsPerSecond / other.TrialsPerSecond:0.0} times promptfoo's trials per second"));
            }
        }

        return 0;
    }
}
