using System.Globalization;
using AgentEval.Core.Runs;
using Spectre.Console;

namespace AgentEval.Cli.Rendering;

/// <summary>Shows a run's progress on standard error: a live bar on a terminal, plain lines elsewhere.</summary>
internal static class ProgressDisplay
{
    /// <summary>Seconds. What is estimated to take less may take longer than that, and a figure that stands still looks like a lie.</summary>
    private const double ShortestLeft = 2;

    public static Task<T> ShowAsync<T>(CliSession session, Func<IProgress<RunProgress>, Task<T>> work) =>
        session.Environment.IsInteractive ? ShowLiveAsync(session, work) : work(new PlainProgress(session.Environment.Error, session.Environment.Time));

    /// <summary>What the line says: <c>12/40 trials, 11 passed, 1 failed (30 %), about 20.0 s left</c>.</summary>
    public static string Line(RunProgress progress)
    {
        List<string> parts = [$"{progress.Completed}/{progress.Total} trials"];
        Add(progress.Passed, "passed");
        Add(progress.Failed, "failed");
        Add(progress.Errored, "errored");
        Add(progress.TimedOut, "timed out");
        Add(progress.Skipped, "skipped or cancelled");
        var line = string.Join(", ", parts) + string.Create(CultureInfo.InvariantCulture, $" ({progress.Percent:0} %)");
        return progress.EtaSeconds switch
        {
            null or <= 0 => line,
            < ShortestLeft => $"{line}, almost done",
            { } left => $"{line}, about {Figures.Duration(left)} left",
        };

        void Add(int count, string word)
        {
            if (count > 0)
            {
                parts.Add($"{count} {word}");
            }
        }
    }

    private static Task<T> ShowLiveAsync<T>(CliSession session, Func<IProgress<RunProgress>, Task<T>> work) => session.Err
        .Progress()
        .AutoClear(true)
        .Columns(new SpinnerColumn(), new ProgressBarColumn { Width = 24 }, new TaskDescriptionColumn { Alignment = Justify.Left })
        .StartAsync(context => work(new LiveProgress(context.AddTask("waiting for the run to start", maxValue: 1))));

    private sealed class LiveProgress(ProgressTask task) : IProgress<RunProgress>
    {
        public void Report(RunProgress value)
        {
            if (value.Total == 0)
            {
                return;
            }

            var current = value.Current.Count > 0 ? $"[grey]{Markup.Escape(value.Current[0])}[/]" : "";
            task.MaxValue = value.Total;
            task.Value = value.Completed;
            task.Description = $"{Markup.Escape(Line(value))} {current}";
        }
    }

    /// <summary>A line when something changed, and not more often than once a second, but always the last one.</summary>
    private sealed class PlainProgress(TextWriter writer, TimeProvider time) : IProgress<RunProgress>
    {
        private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
        private string _written = "";
        private long? _writtenAt;

        public void Report(RunProgress value)
        {
            var line = value.Message.Length > 0 && value.Total == 0 ? value.Message : Line(value);
            var isLast = value.Total > 0 && value.Completed >= value.Total;
            var isDue = _writtenAt is not { } at || time.GetElapsedTime(at) >= Pause;
            if (line == _written || (value.Total == 0 && value.Message.Length == 0) || !(isDue || isLast))
            {
                return;
            }

            writer.WriteLine(line);
            _written = line;
            _writtenAt = time.GetTimestamp();
        }
    }
}
