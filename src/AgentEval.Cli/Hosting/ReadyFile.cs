using System.Text.Json;
using AgentEval.Core.Json;

namespace AgentEval.Cli.Hosting;

/// <summary>What the app and the sample agent write once they listen.</summary>
internal sealed record ReadyFile(int Pid, Uri Url)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(25);

    /// <exception cref="CliException">The process ended first, or took longer than <paramref name="limit"/>; the message has the end of its log.</exception>
    public static async Task<ReadyFile> WaitAsync(
        string path, string name, ProcessIdentity process, string logFile, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        while (true)
        {
            if (File.Exists(path))
            {
                return JsonSerializer.Deserialize<ReadyFile>(await File.ReadAllBytesAsync(path, cancellationToken), AgentEvalJson.Options)
                    ?? throw CliException.Trouble($"{path} is empty.");
            }

            if (!process.IsAlive())
            {
                throw CliException.Trouble($"The {name} ended while it started.{Environment.NewLine}{LogTail.Read(logFile)}");
            }

            if (time.GetElapsedTime(since) >= limit)
            {
                throw CliException.Trouble($"The {name} did not listen within {limit.TotalSeconds:0} s.{Environment.NewLine}{LogTail.Read(logFile)}");
            }

            await Task.Delay(Poll, time, cancellationToken);
        }
    }
}
