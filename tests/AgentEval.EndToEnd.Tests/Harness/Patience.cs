using System.Diagnostics;

namespace AgentEval.EndToEnd.Tests.Harness;

/// <summary>Looks again and again until something holds, or a deadline passes: a busy machine makes a test slower, never red.</summary>
internal static class Patience
{
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(40);

    public static async Task UntilAsync(string what, Func<Task<bool>> holds, TimeSpan? limit = null)
    {
        await ForAsync(what, async () => await holds() ? "" : null, limit);
    }

    public static Task UntilAsync(string what, Func<bool> holds, TimeSpan? limit = null) => UntilAsync(what, () => Task.FromResult(holds()), limit);

    /// <summary>What <paramref name="find"/> finds, once it does.</summary>
    public static async Task<T> ForAsync<T>(string what, Func<Task<T?>> find, TimeSpan? limit = null)
        where T : class
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            if (await find() is { } found)
            {
                return found;
            }

            if (watch.Elapsed > (limit ?? Limit))
            {
                throw new TimeoutException($"Waited {watch.Elapsed.TotalSeconds:0} s in vain for: {what}.");
            }

            await Task.Delay(Interval);
        }
    }
}
