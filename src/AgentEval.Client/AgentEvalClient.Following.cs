using AgentEval.Core.Api;
using AgentEval.Core.Runs;

namespace AgentEval.Client;

public sealed partial class AgentEvalClient
{
    /// <summary>Submits a run and follows it to its end. Cancelling the token stops following, not the run: see <see cref="CancelRunAsync"/>.</summary>
    public async Task<RunSnapshot> CreateAndRunAsync(
        RunSubmission submission, IProgress<RunProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var accepted = await CreateRunAsync(submission, cancellationToken: cancellationToken);
        return await FollowRunAsync(accepted.RunId, progress, cancellationToken);
    }

    /// <summary>
    /// Looks at a run until it is finished. A service that is out of reach for a while (a restart, a deployment) is waited for, at most
    /// <see cref="AgentEvalClientOptions.Patience"/>.
    /// </summary>
    public Task<RunSnapshot> FollowRunAsync(string runId, IProgress<RunProgress>? progress = null, CancellationToken cancellationToken = default) =>
        FollowAsync(
            token => GetRunAsync(runId, token), run => run.IsFinished, run => progress?.Report(run.Progress), run => run.Progress.EtaSeconds, cancellationToken);

    /// <summary>
    /// Looks at a batch until each of its requests has become a run or was refused; the runs themselves go on. How long that takes depends on the
    /// room in the queue of runs. As patient as <see cref="FollowRunAsync"/>.
    /// </summary>
    public Task<BatchView> FollowBatchAsync(string batchId, IProgress<BatchView>? progress = null, CancellationToken cancellationToken = default) =>
        FollowAsync(token => GetBatchAsync(batchId, token), batch => batch.Pending == 0, batch => progress?.Report(batch), _ => null, cancellationToken);

    private async Task<T> FollowAsync<T>(
        Func<CancellationToken, Task<T>> look, Func<T, bool> isEnd, Action<T> report, Func<T, double?> secondsLeft, CancellationToken cancellationToken)
    {
        var pace = new PollPace(_options);
        var lastAnswer = _time.GetTimestamp();
        while (true)
        {
            TimeSpan pause;
            try
            {
                var seen = await look(cancellationToken);
                lastAnswer = _time.GetTimestamp();
                report(seen);
                if (isEnd(seen))
                {
                    return seen;
                }

                pause = pace.Next(secondsLeft(seen));
            }
            catch (AgentEvalApiException e) when (e.IsTransient && PatienceLeft(lastAnswer) is var left && left > TimeSpan.Zero)
            {
                pause = e.RetryAfter is { } asked ? (asked < left ? asked : left) : pace.Next();
            }
            catch (AgentEvalConnectionException) when (PatienceLeft(lastAnswer) > TimeSpan.Zero)
            {
                pause = pace.Next();
            }

            await Task.Delay(pause, _time, cancellationToken);
        }
    }

    private TimeSpan PatienceLeft(long lastAnswer) => _options.Patience - _time.GetElapsedTime(lastAnswer);
}
