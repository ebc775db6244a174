using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AgentEval.Client;
using AgentEval.Core.Api;
using AgentEval.Core.Json;
using AgentEval.Core.Runs;

namespace AgentEval.Cli.Runs;

/// <summary>Writes one file a trial into the output folder, as trials finish.</summary>
internal sealed partial class TrialFiles(AgentEvalClient client, string runId, string folder, string template, TimeProvider time)
{
    public const string DefaultTemplate = "{scenarioId}_{timestamp}.json";

    private const int PageSize = 200;
    private static readonly string[] Placeholders = ["{scenarioId}", "{trialId}", "{epoch}", "{attack}", "{status}", "{runId}", "{timestamp}"];
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    private readonly HashSet<string> _written = new(StringComparer.Ordinal);
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _nameOfTrial = new(StringComparer.Ordinal);

    /// <summary>How many were written.</summary>
    public int Count => _written.Count;

    /// <summary>Sweeps until cancelled; the pause grows with the sweep, so that a large run is not asked about all the time.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var since = time.GetTimestamp();
            await SweepAsync(cancellationToken);
            var pause = time.GetElapsedTime(since) * 10;
            await Task.Delay(pause > ShortestPause ? pause : ShortestPause, time, cancellationToken);
        }
    }

    /// <summary>Writes the finished trials that have no file yet.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        string? cursor = null;
        do
        {
            var page = await client.ListTrialsAsync(runId, new TrialQuery { Top = PageSize, Cursor = cursor }, cancellationToken);
            foreach (var row in page.Items.Where(trial => trial.Status.IsFinished() && !_written.Contains(trial.TrialId)))
            {
                // Rows leave out what is long: the input and the raw answer.
                await WriteAsync(await client.GetTrialAsync(runId, row.TrialId, cancellationToken), cancellationToken);
                _written.Add(row.TrialId);
            }

            cursor = page.Cursor;
        }
        while (cursor is not null);
    }

    /// <exception cref="CliException">It has an unknown placeholder, names no file, or leads out of the folder.</exception>
    public static void CheckTemplate(string template)
    {
        var unknown = Placeholder().Matches(template).Select(match => match.Value).Except(Placeholders).FirstOrDefault();
        if (unknown is not null)
        {
            throw CliException.BadInput($"--filename-template: {unknown} is none of {string.Join(' ', Placeholders)}.");
        }

        if (Path.IsPathRooted(template) || template.Split('/', '\\').Any(part => part.Trim() is "" or "." or ".."))
        {
            throw CliException.BadInput($"--filename-template '{template}' must name a file in the folder of --out.");
        }
    }

    /// <summary>Fills <c>{scenarioId} {trialId} {epoch} {attack} {status} {runId} {timestamp}</c>; what no file name may hold becomes <c>-</c>, and the time of a trial that did not run <c>notRun</c>.</summary>
    public static string FileName(string template, string runId, TrialResult trial)
    {
        var timestamp = (trial.FinishedAt ?? trial.StartedAt)?.UtcDateTime.ToString("yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture) ?? "notRun";
        var name = new StringBuilder(template);
        name.Replace("{scenarioId}", Safe(trial.ScenarioId)).Replace("{trialId}", Safe(trial.TrialId)).Replace("{timestamp}", timestamp)
            .Replace("{epoch}", trial.Epoch.ToString(CultureInfo.InvariantCulture)).Replace("{attack}", Safe(trial.Attack ?? "none"))
            .Replace("{status}", Rendering.ResultView.TrialWord(trial.Status)).Replace("{runId}", Safe(runId));
        return name.ToString();
    }

    private async Task WriteAsync(TrialResult trial, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, NameOf(trial));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllBytesAsync(path, JsonSerializer.SerializeToUtf8Bytes(trial, AgentEvalJson.Indented), cancellationToken);
    }

    /// <summary>A trial whose writing was cut off is written again, into the same file.</summary>
    private string NameOf(TrialResult trial)
    {
        if (!_nameOfTrial.TryGetValue(trial.TrialId, out var name))
        {
            _nameOfTrial[trial.TrialId] = name = Unique(FileName(template, runId, trial));
        }

        return name;
    }

    // Two epochs of a scenario may end in the same millisecond.
    private string Unique(string name)
    {
        var stem = Path.Combine(Path.GetDirectoryName(name) ?? "", Path.GetFileNameWithoutExtension(name));
        var candidate = name;
        for (var number = 2; !_names.Add(candidate); number++)
        {
            candidate = string.Create(CultureInfo.InvariantCulture, $"{stem}-{number}{Path.GetExtension(name)}");
        }

        return candidate;
    }

    private static string Safe(string value) =>
        string.Create(value.Length, value, static (span, text) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = char.IsAsciiLetterOrDigit(text[i]) || text[i] is '.' or '-' or '_' or '~' ? text[i] : '-';
            }
        });

    [GeneratedRegex(@"\{[^}]*\}?", RegexOptions.NonBacktracking)]
    private static partial Regex Placeholder();
}
