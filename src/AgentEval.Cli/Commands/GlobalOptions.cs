using System.CommandLine;

namespace AgentEval.Cli.Commands;

/// <summary>The options every command has.</summary>
internal sealed class GlobalOptions
{
    private readonly Option<OutputFormat> _output = new Option<OutputFormat>("--output") { Description = "How the answer is written.", Recursive = true, HelpName = "text|json" }.OneOf();

    private readonly Option<CliLogLevel> _logLevel = new Option<CliLogLevel>("--log-level")
    {
        Description = "What is told beside the answer, on standard error.",
        Recursive = true,
        HelpName = "debug|information|warning|error",
        DefaultValueFactory = _ => CliLogLevel.Warning,
    }.OneOf();

    private readonly Option<FileInfo?> _logFile = new("--log-file") { Description = "Everything that is told, with times, in this file too.", Recursive = true, HelpName = "FILE" };

    private readonly Option<bool> _verbose = new("--verbose", "-v") { Description = "Tell all, with the log of the local host.", Recursive = true };

    public void AddTo(RootCommand root)
    {
        root.Options.Add(_output);
        root.Options.Add(_logLevel);
        root.Options.Add(_logFile);
        root.Options.Add(_verbose);
    }

    public CliSession Open(ParseResult arguments, CliEnvironment environment)
    {
        var verbose = arguments.GetValue(_verbose);
        var level = verbose ? CliLogLevel.Debug : arguments.GetValue(_logLevel);
        var log = new CliLog(environment.Error, level, OpenLogFile(arguments.GetValue(_logFile)), environment.Time);
        return new CliSession(environment, arguments.GetValue(_output), verbose, log);
    }

    private static StreamWriter? OpenLogFile(FileInfo? file)
    {
        if (file is null)
        {
            return null;
        }

        try
        {
            file.Directory!.Create();
            return new StreamWriter(new FileStream(file.FullName, FileMode.Append, FileAccess.Write, FileShare.Read));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CliException.BadInput($"--log-file {file}: {e.Message}");
        }
    }
}
