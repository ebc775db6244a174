namespace AgentEval.Cli.Hosting;

/// <summary>One process at a time starts and stops what serves a data folder.</summary>
internal static class FolderLock
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    /// <exception cref="CliException">Another process held it for longer than <paramref name="patience"/>.</exception>
    public static async Task<FileStream> TakeAsync(string path, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var since = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException))
            {
                if (time.GetElapsedTime(since) >= patience)
                {
                    throw CliException.Trouble($"{path} has been locked by another process for {patience.TotalSeconds:0} s.", e);
                }
            }

            await Task.Delay(Poll, time, cancellationToken);
        }
    }
}
