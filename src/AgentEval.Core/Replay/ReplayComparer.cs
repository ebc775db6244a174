using AgentEval.Core.Criteria.Measures;
using AgentEval.Core.Reports;
using AgentEval.Core.Settings;
using AgentEval.Core.Traces;

namespace AgentEval.Core.Replay;

/// <summary>
/// Compares two executions of one trial. Events are aligned by their longest common subsequence; ids, times and sessions are normalised away.
/// <list type="bullet">
/// <item><c>exact</c>: texts equal, or as near as the tolerance allows; arguments and results equal.</item>
/// <item><c>similar</c>: texts that share most of their words count as equal.</item>
/// <item><c>structure</c>: only event types, tools and the names of arguments count; outputs may differ.</item>
/// </list>
/// Texts that are withheld are the same or not: no tolerance applies to them, and <c>similar</c> is as <c>exact</c>.
/// </summary>
public static class ReplayComparer
{
    /// <summary>In mode <c>similar</c>: the F1 of the words from which two texts count as the same.</summary>
    private const double SameWords = 0.8;

    private const int Shown = 80;

    /// <param name="originalEvents">The recorded trace; of several attempts the last counts. So it does for the replay.</param>
    /// <param name="replayEvents">The second execution's.</param>
    /// <param name="settings">Mode and tolerance.</param>
    public static ReplayComparison Compare(IReadOnlyList<TraceEvent> originalEvents, IReadOnlyList<TraceEvent> replayEvents, ReplaySettings settings)
    {
        ArgumentNullException.ThrowIfNull(originalEvents);
        ArgumentNullException.ThrowIfNull(replayEvents);
        ArgumentNullException.ThrowIfNull(settings);
        var (original, replay) = (LastAttempt(originalEvents), LastAttempt(replayEvents));
        var trialId = TrialId(original);
        var text = new VolatileText(trialId);
        var left = ReplayEvent.Of(original, settings.Mode, text);
        var right = ReplayEvent.Of(replay, settings.Mode, text);
        var alignment = Align(left, right, (first, second) => Same(first, second, settings));
        var similarity = OutputSimilarity(Answer(original), Answer(replay), text, settings);
        var same = settings.Mode == ReplayMode.Structure || IsSame(similarity, settings);
        var score = Score(similarity, same, alignment.Rate, settings.Mode);
        return new ReplayComparison(trialId, similarity, same, alignment.Rate, score, FirstDifference(left, right, alignment.SamePrefix));
    }

    private static double Score(double similarity, bool same, double eventMatchRate, ReplayMode mode) =>
        mode == ReplayMode.Structure ? eventMatchRate : ((same ? 1 : similarity) + eventMatchRate) / 2;

    private static bool Same(ReplayEvent left, ReplayEvent right, ReplaySettings settings)
    {
        if (left.Kind != right.Kind)
        {
            return false;
        }

        return left.Body == right.Body || (left.IsText && IsSame(Similarity(left.Body, right.Body, settings), settings));
    }

    private static double Similarity(string left, string right, ReplaySettings settings)
    {
        if (left == right)
        {
            return 1;
        }

        return settings.Mode == ReplayMode.Similar ? TokenF1.Score(left, right) : Levenshtein.Similarity(left, right);
    }

    private static bool IsSame(double similarity, ReplaySettings settings)
    {
        var needed = settings.Mode == ReplayMode.Similar ? SameWords : 1 - settings.Tolerance;
        return similarity >= needed;
    }

    /// <summary>Rate: longest common subsequence ÷ length of the longer list; 1 for two empty lists.</summary>
    private static (double Rate, int SamePrefix) Align(
        IReadOnlyList<ReplayEvent> left, IReadOnlyList<ReplayEvent> right, Func<ReplayEvent, ReplayEvent, bool> same)
    {
        var prefix = 0;
        while (prefix < left.Count && prefix < right.Count && same(left[prefix], right[prefix]))
        {
            prefix++;
        }

        var longest = Math.Max(left.Count, right.Count);
        if (prefix == longest)
        {
            return (1, prefix);
        }

        var lengths = new int[right.Count - prefix + 1];
        for (var row = prefix; row < left.Count; row++)
        {
            var diagonal = 0;
            for (var column = prefix; column < right.Count; column++)
            {
                var above = lengths[column - prefix + 1];
                lengths[column - prefix + 1] = same(left[row], right[column]) ? diagonal + 1 : Math.Max(above, lengths[column - prefix]);
                diagonal = above;
            }
        }

        return ((double)(prefix + lengths[^1]) / longest, prefix);
    }

    private static string? FirstDifference(IReadOnlyList<ReplayEvent> left, IReadOnlyList<ReplayEvent> right, int place)
    {
        if (place == left.Count && place == right.Count)
        {
            return null;
        }

        return $"Event {place + 1}: {Describe(left, place)} in the original, {Describe(right, place)} in the replay.";
    }

    private static string Describe(IReadOnlyList<ReplayEvent> events, int place)
    {
        if (place >= events.Count)
        {
            return "nothing more";
        }

        var kind = string.Join(' ', events[place].Kind.Split('|', StringSplitOptions.RemoveEmptyEntries));
        var body = VisibleText.Line(events[place].Body, Shown);
        return body.Length == 0 ? kind : $"{kind} \"{body}\"";
    }

    /// <summary>Of outputs that are withheld nothing is known but whether they are the same.</summary>
    private static double OutputSimilarity(TraceEvent? original, TraceEvent? replay, VolatileText text, ReplaySettings settings)
    {
        var (left, right) = (ReplayEvent.Compared(original?.Text ?? "", text), ReplayEvent.Compared(replay?.Text ?? "", text));
        var withheld = original?.Withheld == true || replay?.Withheld == true;
        return withheld && left != right ? 0 : Similarity(left, right, settings);
    }

    private static TraceEvent? Answer(IReadOnlyList<TraceEvent> events) => events.LastOrDefault(item => item.Type == TraceEventType.AgentResponse);

    private static List<TraceEvent> LastAttempt(IReadOnlyList<TraceEvent> events)
    {
        var last = events.Select(item => item.Attempt).DefaultIfEmpty().Max();
        return [.. events.Where(item => item.Attempt == last)];
    }

    private static string TrialId(IReadOnlyList<TraceEvent> events) =>
        events.FirstOrDefault(item => item.Type == TraceEventType.TrialStarted)?.Data?["trialId"]?.ToString() ?? "";
}
