namespace AgentEval.Cli.Hosting;

/// <summary>Copies what is appended to a log, as it comes.</summary>
internal sealed class LogFollower : IAsyncDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _following;

    private LogFollower(string path, TextWriter to, TimeProvider time) => _following = FollowAsync(path, to, time);

    /// <summary>From the log's present end; it need not be there yet.</summary>
    public static LogFollower Start(string path, TextWriter to, TimeProvider time) => new(path, to, time);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _following;
        _stop.Dispose();
    }

    private async Task FollowAsync(string path, TextWriter to, TimeProvider time)
    {
        var position = File.Exists(path) ? new FileInfo(path).Length : 0;
        bool last;
        do
        {
            last = _stop.IsCancellationRequested;
            position = await CopyAsync(path, position, to);
            if (!last)
            {
                await Task.Delay(Poll, time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        while (!last);
    }

    private static async Task<long> CopyAsync(string path, long position, TextWriter to)
    {
        if (!File.Exists(path))
        {
            return 0;
        }

        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        file.Position = Math.Min(position, file.Length);
        using var reader = new StreamReader(file);
        await to.WriteAsync(await reader.ReadToEndAsync());
        return file.Position;
    }
}
