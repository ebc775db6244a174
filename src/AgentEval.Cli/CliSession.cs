using System.Text.Json;
using AgentEval.Core.Json;
using Spectre.Console;

namespace AgentEval.Cli;

internal enum OutputFormat
{
    Text,
    Json,
}

/// <summary>One run of one command: where it writes and what it logs.</summary>
internal sealed class CliSession(CliEnvironment environment, OutputFormat format, bool verbose, CliLog log) : IDisposable
{
    public CliEnvironment Environment { get; } = environment;

    public CliLog Log { get; } = log;

    public OutputFormat Format { get; } = format;

    public bool IsVerbose { get; } = verbose;

    /// <summary>The answer, for people.</summary>
    public IAnsiConsole Out { get; } = Console(environment.Output, environment.HasColours, environment.Width);

    /// <summary>Beside the answer.</summary>
    public IAnsiConsole Err { get; } = Console(environment.Error, environment.IsInteractive, environment.Width);

    /// <summary>The answer, for programs.</summary>
    public void WriteJson<T>(T document) => Environment.Output.WriteLine(JsonSerializer.Serialize(document, AgentEvalJson.Indented));

    /// <summary>Gives the answer in the wanted format.</summary>
    public void Write<T>(T document, Action<IAnsiConsole, T> text)
    {
        if (Format == OutputFormat.Json)
        {
            WriteJson(document);
        }
        else
        {
            text(Out, document);
        }
    }

    public void Dispose() => Log.Dispose();

    private static IAnsiConsole Console(TextWriter writer, bool terminal, int width)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = terminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = terminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = terminal ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!terminal)
        {
            console.Profile.Width = width;
        }

        return console;
    }
}
