using System.Diagnostics;
using System.Runtime.InteropServices;

namespace AgentEval.Cli.Hosting;

/// <summary>Ends processes.</summary>
internal static partial class Signals
{
    private const int Sigterm = 15;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks the process to end itself. Windows has no such question: there it ends at once.</summary>
    public static void Terminate(ProcessIdentity process)
    {
        if (!process.IsAlive())
        {
            return;
        }

        if (OperatingSystem.IsWindows())
        {
            Kill(process);
        }
        else
        {
            _ = SendSignal(process.Pid, Sigterm);
        }
    }

    public static void Kill(ProcessIdentity process)
    {
        if (!process.IsAlive())
        {
            return;
        }

        try
        {
            using var found = Process.GetProcessById(process.Pid);
            found.Kill();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // It ended between the look and the signal.
        }
    }

    /// <summary>True: it ended within the limit.</summary>
    public static async Task<bool> WaitForEndAsync(ProcessIdentity process, TimeSpan limit, TimeProvider time)
    {
        var since = time.GetTimestamp();
        while (process.IsAlive())
        {
            if (time.GetElapsedTime(since) >= limit)
            {
                return false;
            }

            await Task.Delay(Poll, time);
        }

        return true;
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int pid, int signal);
}
