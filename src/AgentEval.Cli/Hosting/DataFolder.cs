namespace AgentEval.Cli.Hosting;

/// <summary>The folder with all local data: <c>--data DIR</c>.</summary>
internal sealed record DataFolder(string Path)
{
    public const string DefaultName = ".agenteval";

    public string LockFile => In("process.lock");

    public string Azurite => In("azurite");

    public string AppReadyFile => In("app.ready.json");

    public string AppLog => In("logs", "app.log");

    public string AzuriteLog => In("logs", "azurite.log");

    public string LogOf(string companion) => In("logs", companion + ".log");

    public string ReadyFileOf(string companion) => In(companion + ".ready.json");

    private string In(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);
}
