using System.Diagnostics;
using System.Globalization;

namespace AgentEval.Benchmarks.Overhead;

internal static class ResidentMemory
{
    private const string Peak = "VmHWM:";

    /// <summary>The most a process has had resident so far, in MB (10^6 bytes).</summary>
    public static double PeakMegabytes(int pid)
    {
        var status = $"/proc/{pid}/status";
        if (!File.Exists(status))
        {
            using var process = Process.GetProcessById(pid);
            return process.PeakWorkingSet64 / 1e6;
        }

        var line = File.ReadLines(status).First(each => each.StartsWith(Peak, StringComparison.Ordinal));
        return double.Parse(line.AsSpan(Peak.Length).Trim()[..^" kB".Length], CultureInfo.InvariantCulture) * 1_024 / 1e6;
    }
}
