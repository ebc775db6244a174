using AgentEval.Client;
using AgentEval.Core.Runs;
using AgentEval.Core.Validators;

namespace AgentEval.Cli.Runs;

/// <summary>The violations of one trial: the service lists those of a run.</summary>
internal static class TrialViolations
{
    private const int PageSize = 1_000;

    /// <returns>In order; fewer than the trial counts where they are not stored yet.</returns>
    public static async Task<IReadOnlyList<Violation>> ReadAsync(AgentEvalClient client, string runId, TrialResult trial, CancellationToken cancellationToken)
    {
        var found = new List<Violation>();
        string? cursor = null;
        while (found.Count < trial.Violations)
        {
            var page = await client.ListViolationsAsync(runId, new ViolationQuery { Top = PageSize, Cursor = cursor }, cancellationToken);
            found.AddRange(page.Items.Where(violation => violation.TrialId == trial.TrialId));
            cursor = page.Cursor;
            if (cursor is null)
            {
                break;
            }
        }

        return [.. found.OrderBy(violation => violation.Seq)];
    }
}
