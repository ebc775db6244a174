namespace AgentEval.Cli.Hosting;

/// <summary>A program that can be started: <c>dotnet X.dll</c>.</summary>
internal sealed record LocalProgram(string FileName, IReadOnlyList<string> Arguments)
{
    public string WorkingDirectory { get; init; } = AppContext.BaseDirectory;
}

/// <summary>Where the things are that the local host is made of: in the repository's build output, or beside the published command line.</summary>
internal sealed record LocalInstallation
{
    private const string App = "AgentEval.Functions";
    private const string Agent = "AgentEval.SampleAgent";

    public required LocalProgram AppProgram { get; init; }

    public required LocalProgram SampleAgentProgram { get; init; }

    public required string SampleSuiteFile { get; init; }

    /// <summary>The folder of Azurite's <c>package.json</c>, its lock file and <c>serve.js</c>.</summary>
    public required string AzuriteFolder { get; init; }

    /// <exception cref="CliException">Something is missing; the message says how to build it.</exception>
    public static LocalInstallation Find(string baseDirectory)
    {
        // Published, everything lies beside the command line, also where that is inside the repository.
        var published = Path.Combine(baseDirectory, "app");
        var root = Directory.Exists(published) ? null : RepositoryRoot(baseDirectory);
        var app = root is null ? published : BuildOutput(root, App, baseDirectory);
        var agent = root is null ? Path.Combine(baseDirectory, "sample-agent") : BuildOutput(root, Agent, baseDirectory);
        return new LocalInstallation
        {
            AppProgram = Program(app, App),
            SampleAgentProgram = Program(agent, Agent),
            SampleSuiteFile = Path.Combine(agent, "Suites", "customer-support.yaml"),
            AzuriteFolder = root is null ? Path.Combine(baseDirectory, "azurite") : Path.Combine(root, "infra", "local"),
        };
    }

    private static LocalProgram Program(string folder, string name)
    {
        var assembly = Path.Combine(folder, name + ".dll");
        return File.Exists(assembly)
            ? new LocalProgram(DotNet(), [assembly]) { WorkingDirectory = folder }
            : throw CliException.Trouble($"{assembly} is missing. Build it: dotnet build src/{name}");
    }

    // The configuration (Debug, Release) is that of this command line.
    private static string BuildOutput(string root, string project, string baseDirectory)
    {
        var framework = new DirectoryInfo(Path.TrimEndingDirectorySeparator(baseDirectory));
        return Path.Combine(root, "src", project, "bin", "local", framework.Parent!.Name, framework.Name);
    }

    private static string DotNet() =>
        Environment.ProcessPath is { } self && Path.GetFileNameWithoutExtension(self) == "dotnet" ? self
        : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host
        : "dotnet";

    private static string? RepositoryRoot(string baseDirectory)
    {
        DirectoryInfo? folder = new(baseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "AgentEval.Functions.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName;
    }
}
