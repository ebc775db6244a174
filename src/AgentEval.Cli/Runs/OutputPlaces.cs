using AgentEval.Core.Reports;

namespace AgentEval.Cli.Runs;

/// <summary>Looks whether what a run leaves can be written, before it runs: nobody wants to learn that an hour later.</summary>
internal static class OutputPlaces
{
    private const string ProbeName = ".agenteval-probe";

    /// <exception cref="CliException">A report does not exist in this version, or a place cannot be written.</exception>
    public static void Check(RunOutputs outputs)
    {
        foreach (var (format, path) in outputs.Reports)
        {
            var name = format.ToString().ToLowerInvariant();
            if (ReportCatalogue.Find(name) is null)
            {
                throw CliException.BadInput($"--{name}: this report is not available in this version.");
            }

            CheckFile(path, $"--{name}");
        }

        if (outputs.Folder is { } folder)
        {
            TrialFiles.CheckTemplate(outputs.FilenameTemplate);
            CheckFolder(folder, "--out");
        }
    }

    /// <summary>Makes the folder, and a file in it for a moment.</summary>
    public static void CheckFolder(string folder, string option)
    {
        Try($"{option}: the folder {folder} cannot be created", () => Directory.CreateDirectory(folder));
        Try($"{option}: nothing can be written into the folder {folder}", () => Probe(folder));
    }

    private static void Probe(string folder)
    {
        using var probe = new FileStream(Path.Combine(folder, ProbeName), new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete,
            Options = FileOptions.DeleteOnClose,
        });
    }

    /// <summary>Makes the file's folder.</summary>
    public static void CheckFile(string path, string option)
    {
        if (Directory.Exists(path))
        {
            throw CliException.BadInput($"{option} {path} is a folder; a file is expected.");
        }

        Try($"{option} {path} cannot be written", () =>
        {
            CheckFolder(Path.GetDirectoryName(Path.GetFullPath(path))!, option);
            if (File.Exists(path))
            {
                using var existing = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            }
        });
    }

    private static void Try(string failure, Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            // What the system says where no folder can ever be, as in /proc, names a file that nobody asked for.
            throw new CliException(ExitCodes.BadInput, e is FileNotFoundException ? $"{failure}." : $"{failure}: {e.Message}", e);
        }
    }
}
