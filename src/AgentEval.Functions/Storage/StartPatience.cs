namespace AgentEval.Functions.Storage;

/// <summary>
/// Repeats what the app needs before it can start. A worker that ends while it starts counts as crashed, and the host gives up after three of them;
/// it gives a worker 30 s to start.
/// </summary>
internal static class StartPatience
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <param name="step">May be done twice.</param>
    /// <param name="trouble">What is wrong when it does not succeed, without a full stop.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the attempts.</param>
    /// <exception cref="InvalidOperationException">It did not succeed within <see cref="Limit"/>; the cause is inside.</exception>
    public static async Task TryAsync(Func<CancellationToken, Task> step, string trouble, TimeProvider time, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(Limit, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        Exception? cause = null;
        while (!end.IsCancellationRequested)
        {
            try
            {
                await step(end.Token);
                return;
            }
            catch (Exception failure)
            {
                cause = failure is OperationCanceledException && end.IsCancellationRequested ? cause : failure;
            }

            await Task.Delay(Pause, time, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        cancellationToken.ThrowIfCancellationRequested();
        throw new InvalidOperationException($"{trouble} (tried for {Limit.TotalSeconds:0} s): {Describe(cause)}", cause);
    }

    /// <summary>Failures of the storage account go on with headers for many lines.</summary>
    private static string Describe(Exception? cause) => cause?.GetBaseException().Message.Split('\n')[0].Trim() ?? "no answer.";
}
