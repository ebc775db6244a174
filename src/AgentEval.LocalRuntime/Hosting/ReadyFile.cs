using System.Text.Json;
using AgentEval.LocalRuntime.Http;

namespace AgentEval.LocalRuntime.Hosting;

/// <summary>Tells whoever started the app where it listens; there only while it does.</summary>
internal sealed class ReadyFile(LocalRuntimeOptions options, HttpServer server)
{
    /// <summary>Written beside and renamed, so that a reader never sees half of it.</summary>
    public async Task AnnounceAsync(CancellationToken cancellationToken)
    {
        if (options.ReadyFile is not { } path)
        {
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var content = JsonSerializer.SerializeToUtf8Bytes(new { pid = Environment.ProcessId, url = server.BaseUrl.ToString().TrimEnd('/') });
        var draft = $"{path}.{Environment.ProcessId}.tmp";
        await File.WriteAllBytesAsync(draft, content, cancellationToken);
        File.Move(draft, path, overwrite: true);
    }

    public void Withdraw()
    {
        if (options.ReadyFile is { } path && File.Exists(path))
        {
            File.Delete(path);
        }
    }
}
