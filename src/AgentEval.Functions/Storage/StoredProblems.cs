using AgentEval.Core.Problems;

namespace AgentEval.Functions.Storage;

/// <summary>Problems of a user's document, cut to what is stored of them: their texts quote the document, and there may be a thousand.</summary>
internal static class StoredProblems
{
    /// <summary>UTF-16 units of a path or a message.</summary>
    private const int MaxText = 1_000;

    /// <summary>Bytes of the note that the list was cut.</summary>
    private const int NoteBytes = 250;

    /// <param name="problems">Any number.</param>
    /// <param name="maxBytes">As JSON, at least 20,000: the longest problem takes less.</param>
    /// <returns>The first ones, and where there are more, how many.</returns>
    public static IReadOnlyList<Problem> Fit(IReadOnlyList<Problem> problems, int maxBytes)
    {
        var kept = new List<Problem>();
        var left = maxBytes - NoteBytes;
        foreach (var problem in problems)
        {
            var cut = problem with { Path = Cut(problem.Path), Message = Cut(problem.Message) };
            left -= JsonColumns.Measure(cut) + 1;
            if (left < 0)
            {
                kept.Add(new Problem("", ProblemCodes.TooLarge, $"And {problems.Count - kept.Count} more, for which there is no room here. POST /api/runs/validate tells all problems of a run request."));
                break;
            }

            kept.Add(cut);
        }

        return kept;
    }

    private static string Cut(string text) =>
        text.Length <= MaxText ? text : text[..(char.IsHighSurrogate(text[MaxText - 1]) ? MaxText - 1 : MaxText)] + "…";
}
