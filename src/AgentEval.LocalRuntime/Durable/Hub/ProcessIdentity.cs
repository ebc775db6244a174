using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace AgentEval.LocalRuntime.Durable.Hub;

/// <summary>A process of a machine; its start time tells it from another one that got the same id later.</summary>
internal sealed record ProcessIdentity(string Machine, int ProcessId, long StartTicks)
{
    // proc_pid_stat(5): field 22, counted from the third.
    private const int StartTimeField = 19;

    public static ProcessIdentity OfThisProcess()
    {
        using var process = Process.GetCurrentProcess();
        return new ProcessIdentity(Environment.MachineName, process.Id, StartOf(process));
    }

    /// <summary>False also when it cannot be told: it runs elsewhere, or is none of ours to look at.</summary>
    public static bool IsDeadOnThisMachine(ProcessIdentity identity)
    {
        if (identity.Machine != Environment.MachineName)
            return false;
        try
        {
            using var process = Process.GetProcessById(identity.ProcessId);
            return StartOf(process) != identity.StartTicks;
        }
        catch (ArgumentException)
        {
            return true;
        }
        catch (InvalidOperationException)
        {
            return true;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    // On Linux .NET works the start time out from the boot time, which moves with the clock; the kernel's own figure does not.
    private static long StartOf(Process process)
    {
        var stat = $"/proc/{process.Id}/stat";
        if (!OperatingSystem.IsLinux() || !File.Exists(stat))
            return process.StartTime.ToUniversalTime().Ticks;
        var text = File.ReadAllText(stat);
        var fieldsAfterName = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return long.Parse(fieldsAfterName[StartTimeField], CultureInfo.InvariantCulture);
    }
}
