using AgentEval.Cli.Commands;
using AgentEval.Cli.Rendering;
using AgentEval.Client;
using AgentEval.Core.Runs;

namespace AgentEval.Cli.Runs;

/// <summary>Follows a run to its end with live progress, and cancels it on the service when the command is told to stop.</summary>
internal sealed class RunWatcher(CliSession session, ServerConnection server)
{
    private static readonly TimeSpan CancelLimit = TimeSpan.FromSeconds(30);

    /// <param name="runId">The run.</param>
    /// <param name="trials">Writes trial files meanwhile; null: none.</param>
    /// <param name="cancelsRun">False: to stop watching leaves the run alone.</param>
    /// <param name="cancellationToken">Ctrl-C.</param>
    public async Task<RunSnapshot> WatchAsync(string runId, TrialFiles? trials, bool cancelsRun, CancellationToken cancellationToken)
    {
        try
        {
            var run = await ProgressDisplay.ShowAsync(session, progress => FollowAsync(runId, progress, trials, cancellationToken));
            if (trials is not null)
            {
                await trials.SweepAsync(cancellationToken);
            }

            return run;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && cancelsRun)
        {
            return await CancelAsync(runId, trials);
        }
    }

    private Task<RunSnapshot> FollowAsync(string runId, IProgress<RunProgress> progress, TrialFiles? trials, CancellationToken cancellationToken) =>
        server.WhileServedAsync(async stop =>
        {
            using var sweeping = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var sweeps = trials?.FollowAsync(sweeping.Token) ?? Task.CompletedTask;
            try
            {
                return await server.Client.FollowRunAsync(runId, progress, stop);
            }
            finally
            {
                await sweeping.CancelAsync();
                await sweeps.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }, cancellationToken);

    // The run's own command was told to stop, so this goes on without its token, but not for ever.
    private async Task<RunSnapshot> CancelAsync(string runId, TrialFiles? trials)
    {
        session.Log.Notice($"Cancelling run {runId} …");
        using var limit = new CancellationTokenSource(CancelLimit, session.Environment.Time);
        try
        {
            await server.Client.CancelRunAsync(runId, limit.Token);
        }
        catch (AgentEvalApiException e) when (e.Status == System.Net.HttpStatusCode.Conflict)
        {
            session.Log.Debug($"Run {runId} had finished meanwhile.");
        }

        var run = await server.Client.FollowRunAsync(runId, cancellationToken: limit.Token);
        if (trials is not null)
        {
            await trials.SweepAsync(limit.Token);
        }

        return run;
    }
}
