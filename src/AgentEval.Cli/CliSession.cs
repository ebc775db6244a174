using System.Text.Json;
using System.Text.Json.Nodes;
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
    /// <summary>Below it a terminal breaks the lines itself, which keeps ids whole for copying.</summary>
    private const int NarrowestTerminal = 80;

    /// <summary>Of what is no terminal.</summary>
    public const int Unbroken = 100_000;

    public CliEnvironment Environment { get; } = environment;

    public CliLog Log { get; } = log;

    public OutputFormat Format { get; } = format;

    public bool IsVerbose { get; } = verbose;

    /// <summary>The service the command talks to; null until it is known.</summary>
    public ServicePlace? Place { get; set; }

    /// <inheritdoc cref="ServicePlace.Command"/>
    public string Command(string command) => Place?.Command(command) ?? $"agenteval {command}";

    /// <summary>The file that the service was sent as it stands: what it refuses stands on a line of it; null: none was.</summary>
    public string? SentFile { get; private set; }

    /// <summary>Beside the answer.</summary>
    public IAnsiConsole Err { get; } = Console(environment.Error, environment.IsInteractive);

    /// <summary>Reads a file that is sent as it stands.</summary>
    /// <exception cref="CliException">As of <see cref="DocumentFile.Read"/>.</exception>
    public JsonObject ReadToSend(string path)
    {
        var document = DocumentFile.Read(path);
        SentFile = path;
        return document;
    }

    /// <summary>The answer, for programs.</summary>
    public void WriteJson<T>(T document) => Environment.Output.WriteLine(JsonSerializer.Serialize(document, AgentEvalJson.Indented));

    /// <summary>Gives the answer in the wanted format.</summary>
    public void Write<T>(T document, Action<IAnsiConsole, T> text)
    {
        if (Format == OutputFormat.Json)
        {
            WriteJson(document);
        }
        else if (Environment.HasColours)
        {
            text(Console(Environment.Output, terminal: true), document);
        }
        else
        {
            WritePlain(console => text(console, document));
        }
    }

    // For files and other programs: no line is broken, and none ends in the blanks that fill a table.
    private void WritePlain(Action<IAnsiConsole> text)
    {
        using var plain = new StringWriter();
        text(Console(plain, terminal: false));
        foreach (var line in plain.ToString().AsSpan().TrimEnd('\n').EnumerateLines())
        {
            Environment.Output.WriteLine(line.TrimEnd());
        }
    }

    public void Dispose() => Log.Dispose();

    private static IAnsiConsole Console(TextWriter writer, bool terminal)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = terminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = terminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = terminal ? InteractionSupport.Detect : InteractionSupport.No,
        });
        console.Profile.Width = terminal ? Math.Max(console.Profile.Width, NarrowestTerminal) : Unbroken;
        return console;
    }
}
