using AgentEval.Core.Problems;

namespace AgentEval.Cli;

/// <summary>Ends a command with a message for people and an exit code; never shows a stack trace.</summary>
internal sealed class CliException(int exitCode, string message, Exception? innerException = null) : Exception(message, innerException)
{
    public int ExitCode { get; } = exitCode;

    /// <summary>The file the problems are in, and where in it.</summary>
    public string? File { get; init; }

    public IReadOnlyList<Problem> Problems { get; init; } = [];

    /// <summary>Problems with what options set, whatever the file says; their paths begin with the option.</summary>
    public IReadOnlyList<Problem> OptionProblems { get; init; } = [];

    public static CliException BadInput(string message) => new(ExitCodes.BadInput, message);

    public static CliException Trouble(string message, Exception? innerException = null) => new(ExitCodes.Trouble, message, innerException);
}
