using AgentEval.Core.Reports;

namespace AgentEval.Cli.Hosting;

/// <summary>The end of a log, for a message.</summary>
internal static class LogTail
{
    private const int Lines = 60;
    private const int Bytes = 16 * 1024;
    private const int LongestLine = 300;

    public static string Read(string path)
    {
        if (!File.Exists(path))
        {
            return $"It wrote nothing to {path}.";
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        file.Seek(-Math.Min(Bytes, file.Length), SeekOrigin.End);
        using var reader = new StreamReader(file);
        var lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.Length == 0
            ? $"It wrote nothing to {path}."
            : string.Join(Environment.NewLine, [$"The end of {path}:", .. lines.TakeLast(Lines).Select(line => "  " + VisibleText.Cut(line, LongestLine))]);
    }
}
