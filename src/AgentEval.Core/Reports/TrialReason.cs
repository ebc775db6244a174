using System.Globalization;
using AgentEval.Core.Runs;

namespace AgentEval.Core.Reports;

/// <summary>Why a trial did not pass, in one sentence; empty for one that did.</summary>
public static class TrialReason
{
    public static string Of(TrialResult trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        if (trial.Status == TrialStatus.Passed)
        {
            return "";
        }

        if (trial.Error is { } error)
        {
            return error.Message.Length == 0 ? error.Code : error.Message;
        }

        if (trial.Status != TrialStatus.Failed)
        {
            return "";
        }

        var unmet = trial.Criteria.Where(criterion => !criterion.Passed).Select(criterion => $"{criterion.Name}: {criterion.Reason}").ToList();
        return unmet.Count > 0 ? string.Join("; ", unmet) : BelowThreshold(trial);
    }

    private static string BelowThreshold(TrialResult trial) => string.Create(
        CultureInfo.InvariantCulture, $"Score {Figures.Score(trial.Score)} is below {Figures.Score(trial.PassThreshold)}.");
}
