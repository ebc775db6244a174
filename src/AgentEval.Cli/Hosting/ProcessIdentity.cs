using System.Diagnostics;
using System.Globalization;

namespace AgentEval.Cli.Hosting;

/// <summary>A process of this machine. The start time tells it from a later one with the same id.</summary>
internal sealed record ProcessIdentity(int Pid, DateTimeOffset Started)
{
    // The start time is worked out from the time since boot, and the wall clock may be corrected meanwhile.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(5);

    public static ProcessIdentity Current { get; } = Of(Environment.ProcessId)
        ?? throw new InvalidOperationException("This process has no start time.");

    /// <summary>Null: no such process.</summary>
    public static ProcessIdentity? Of(int pid)
    {
        if (IsZombie(pid))
        {
            return null;
        }

        try
        {
            using var process = Process.GetProcessById(pid);
            return new ProcessIdentity(pid, process.StartTime.ToUniversalTime());
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    public bool IsAlive() => Of(Pid) is { } found && (found.Started - Started).Duration() < Tolerance;

    // A process that ended stays in the table until its parent looks, which may be never.
    private static bool IsZombie(int pid)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
            var state = stat.LastIndexOf(')') + 2;
            return state < stat.Length && stat[state] is 'Z' or 'X';
        }
        catch (IOException)
        {
            return false;
        }
    }
}
