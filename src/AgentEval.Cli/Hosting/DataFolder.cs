namespace AgentEval.Cli.Hosting;

/// <summary>The folder with all local data: <c>--data DIR</c>.</summary>
internal sealed record DataFolder(string Path)
{
    public const string DefaultName = ".agenteval";

    /// <summary>The path may be relative to the current folder.</summary>
    public static DataFolder At(string path) => new(System.IO.Path.GetFullPath(path));

    /// <summary>A host has been started on it, or is being started.</summary>
    public bool HasData => Directory.Exists(Azurite) || File.Exists(In(ProcessFile.Name));

    public string LockFile => In("process.lock");

    public string Azurite => In("azurite");

    public string AppReadyFile => In("app.ready.json");

    public string AppLog => In("logs", "app.log");

    public string AzuriteLog => In("logs", "azurite.log");

    public string LogOf(string companion) => In("logs", companion + ".log");

    public string ReadyFileOf(string companion) => In(companion + ".ready.json");

    private string In(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);
}
