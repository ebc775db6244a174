using System.Text.Json;
using System.Text.Json.Serialization;
using AgentEval.Core.Json;

namespace AgentEval.Cli.Hosting;

/// <summary>What serves a data folder: <c>process.json</c> in it. Read by <c>infra/local/serve.js</c> too.</summary>
internal sealed record ProcessRecord
{
    public int SchemaVersion { get; init; } = 1;

    /// <summary>Where the app listens; null: it does not run.</summary>
    public Uri? Url { get; init; }

    public ServingProcess? App { get; init; }

    public AzuriteProcess? Azurite { get; init; }

    /// <summary>What else was started for the folder's users and ends with them.</summary>
    public IReadOnlyList<ServingProcess> Companions { get; init; } = [];

    /// <summary>The commands that need all this; the last one to leave ends it.</summary>
    public IReadOnlyList<FolderUser> Users { get; init; } = [];
}

internal sealed record ServingProcess(string Name, int Pid, DateTimeOffset Started, string StartedBy)
{
    [JsonIgnore]
    public ProcessIdentity Identity => new(Pid, Started);
}

internal sealed record AzuriteProcess(int Pid, DateTimeOffset Started, string StartedBy, int BlobPort, int QueuePort, int TablePort)
{
    [JsonIgnore]
    public ProcessIdentity Identity => new(Pid, Started);
}

internal sealed record FolderUser(int Pid, DateTimeOffset Started, string Command)
{
    [JsonIgnore]
    public ProcessIdentity Identity => new(Pid, Started);
}

/// <summary>Reads and writes <c>process.json</c>; the caller holds the folder's lock.</summary>
internal static class ProcessFile
{
    public const string Name = "process.json";

    /// <summary>An empty record when there is no file.</summary>
    /// <exception cref="CliException">It cannot be read.</exception>
    public static ProcessRecord Read(string folder)
    {
        var path = Path.Combine(folder, Name);
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<ProcessRecord>(File.ReadAllBytes(path), AgentEvalJson.Options) ?? new() : new();
        }
        catch (JsonException e)
        {
            throw CliException.Trouble($"{path} is damaged ({e.Message}). End the processes it names, then delete it.", e);
        }
    }

    /// <summary>Replaced as a whole: a reader never sees half of it.</summary>
    public static void Write(string folder, ProcessRecord record)
    {
        var path = Path.Combine(folder, Name);
        var draft = $"{path}.{Environment.ProcessId}.tmp";
        File.WriteAllBytes(draft, JsonSerializer.SerializeToUtf8Bytes(record, AgentEvalJson.Indented));
        File.Move(draft, path, overwrite: true);
    }

    public static void Delete(string folder) => File.Delete(Path.Combine(folder, Name));
}
