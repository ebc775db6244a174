using System.Text.Json.Nodes;
using AgentEval.Cli.Hosting;

namespace AgentEval.Cli.Tests;

/// <summary>Runs the command line as a shell would, with both outputs as texts.</summary>
internal sealed class CliHarness : IDisposable
{
    private readonly WatchedText _output = new();
    private readonly WatchedText _error = new();

    public Dictionary<string, string> Variables { get; } = [];

    public Func<LocalInstallation> Installation { get; init; } = () => throw new InvalidOperationException("No local host is expected.");

    /// <summary>Standard output leads to a disk that is full.</summary>
    public bool IsOutputFull { get; set; }

    public string Output => _output.ToString();

    public string Error => _error.ToString();

    /// <summary>Completes when a line of the output has <paramref name="part"/>.</summary>
    public Task WhenOutputAsync(string part) => _output.WhenWrittenAsync(part);

    public JsonNode Json => JsonNode.Parse(Output)!;

    public Task<int> RunAsync(params string[] args) => RunAsync(CancellationToken.None, args);

    public Task<int> RunAsync(CancellationToken cancellationToken, params string[] args)
    {
        var environment = new CliEnvironment
        {
            Output = IsOutputFull ? new RedirectedWriter(new FullDisk(), isAnswer: true) : TextWriter.Synchronized(_output),
            Error = TextWriter.Synchronized(_error),
            Variable = name => Variables.GetValueOrDefault(name),
            Time = TimeProvider.System,
            Installation = Installation,
        };
        return CliApplication.RunAsync(args, environment, cancellationToken);
    }

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
    }
}
