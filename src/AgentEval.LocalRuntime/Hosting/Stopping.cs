namespace AgentEval.LocalRuntime.Hosting;

/// <summary>How the runtime's parts wait for their work when the app stops.</summary>
internal static class Stopping
{
    /// <summary>After the grace, what was cancelled gets this long to put things in order.</summary>
    public static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(3);

    /// <summary>Waits for <paramref name="work"/> until <paramref name="grace"/> fires, and a moment longer; never throws for the work.</summary>
    public static async Task WaitAsync(Task work, TimeProvider time, CancellationToken grace)
    {
        try
        {
            await work.WaitAsync(grace);
        }
        catch (OperationCanceledException) when (!work.IsCompleted)
        {
            await Task.WhenAny(work, Task.Delay(Aftermath, time, CancellationToken.None));
        }
    }
}
