using System.Text.Json;

namespace AgentEval.SampleAgent;

/// <summary>Tells whoever started the agent where it listens. Written beside and moved into place, so a reader never sees half of it.</summary>
internal static class ReadyFile
{
    public static void Write(string? path, string url)
    {
        if (path is null)
        {
            return;
        }

        var draft = path + ".tmp";
        File.WriteAllText(draft, JsonSerializer.Serialize(new { pid = Environment.ProcessId, url }));
        File.Move(draft, path, overwrite: true);
    }
}
