namespace AgentEval.Functions.Security;

/// <summary>Tries the addresses of an agent file, of which there may be a hundred, and they are strangers': some at once, all within one limit.</summary>
internal static class AddressTrials
{
    private const int AtOnce = 16;

    public static TimeSpan Within { get; } = TimeSpan.FromSeconds(5);

    /// <param name="addresses">To be tried.</param>
    /// <param name="find">What is wrong with one of them, null: nothing. It gets the limit, and the token to work with: that of the limit or of the caller.</param>
    /// <param name="time">Of the limit.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public static async Task<IReadOnlyList<string>> FindProblemsAsync<T>(
        IReadOnlyList<T> addresses, Func<T, CancellationToken, CancellationToken, Task<string?>> find, TimeProvider time, CancellationToken cancellationToken)
    {
        var problems = new string?[addresses.Count];
        using var limit = new CancellationTokenSource(Within, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        await Parallel.ForAsync(
            0,
            addresses.Count,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (index, _) => problems[index] = await find(addresses[index], limit.Token, either.Token));
        return [.. problems.OfType<string>()];
    }
}
