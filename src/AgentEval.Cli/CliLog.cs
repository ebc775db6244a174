using System.Globalization;

namespace AgentEval.Cli;

internal enum CliLogLevel
{
    Debug,
    Information,
    Warning,
    Error,
}

/// <summary>What a command says beside its answer: to standard error, and in full to a file when one is named.</summary>
internal sealed class CliLog(TextWriter console, CliLogLevel level, TextWriter? file, TimeProvider time) : IDisposable
{
    private readonly Lock _gate = new();

    /// <summary>For people who watch: always shown, unless only errors are asked for.</summary>
    public void Notice(string message) => Write(CliLogLevel.Information, message, show: level <= CliLogLevel.Warning);

    public void Debug(string message) => Write(CliLogLevel.Debug, message, show: level <= CliLogLevel.Debug);

    public void Information(string message) => Write(CliLogLevel.Information, message, show: level <= CliLogLevel.Information);

    public void Warning(string message) => Write(CliLogLevel.Warning, "warning: " + message, show: level <= CliLogLevel.Warning);

    public void Error(string message) => Write(CliLogLevel.Error, "error: " + message, show: true);

    /// <summary>The way out of an error that was told.</summary>
    public void Hint(string message) => Write(CliLogLevel.Error, "hint: " + message, show: true);

    public void Dispose() => file?.Dispose();

    private void Write(CliLogLevel severity, string message, bool show)
    {
        lock (_gate)
        {
            if (show)
            {
                console.WriteLine(message);
            }

            if (file is not null)
            {
                var at = time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);
                file.WriteLine($"{at} {severity.ToString().ToLowerInvariant()} {message}");
                file.Flush();
            }
        }
    }
}
