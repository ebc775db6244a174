using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace AgentEval.EndToEnd.Tests.Harness;

/// <summary>
/// A folder for one test. It is the temporary folder (<c>TMPDIR</c>) of every process that is started for the test, and of whatever those start in
/// turn, however detached: so all of them can be found, and none stays behind.
/// </summary>
internal sealed class Workspace
{
    private const string Variable = "TMPDIR";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("agenteval-e2e-");

    public string Folder => _folder.FullName;

    public string Temporary => Directory.CreateDirectory(In("tmp")).FullName;

    public string In(params string[] parts) => Path.Combine([Folder, .. parts]);

    public string Write(string name, string content)
    {
        File.WriteAllText(In(name), content);
        return In(name);
    }

    public ProcessStartInfo Command(string program, params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new("dotnet", [program, .. arguments])
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.Environment[Variable] = Temporary;
        start.Environment["CI"] = "true";
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("AGENTEVAL", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }

        return start;
    }

    /// <summary>Every living process of this test, on Linux; elsewhere they cannot be told.</summary>
    public IReadOnlyList<int> Processes() => OperatingSystem.IsLinux()
        ? [.. Directory.EnumerateDirectories("/proc").Select(path => Path.GetFileName(path)!).Where(IsOurs).Select(pid => int.Parse(pid, CultureInfo.InvariantCulture))]
        : [];

    /// <summary>Kills what still runs and removes the folder.</summary>
    public void Remove()
    {
        foreach (var pid in Processes())
        {
            Kill(pid);
        }

        _folder.Delete(recursive: true);
    }

    private bool IsOurs(string pid)
    {
        try
        {
            return char.IsAsciiDigit(pid[0])
                && File.ReadAllText($"/proc/{pid}/environ").Split('\0').Contains($"{Variable}={Path.Combine(Folder, "tmp")}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void Kill(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            process.Kill();
            process.WaitForExit(10_000);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // It ended between the look and the signal.
        }
    }
}

/// <summary>A fact that counts processes, which needs Linux.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute() => Skip = OperatingSystem.IsLinux() ? null : "Processes are found through /proc, which only Linux has.";
}
