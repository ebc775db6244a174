using System.Text.Json.Nodes;

namespace AgentEval.SampleAgent.Tests;

public sealed class ReadyFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("agenteval-sample-").FullName;

    [Fact]
    public void Write_Path_TellsProcessAndUrlAndLeavesNoDraft()
    {
        var path = Path.Combine(_folder, "ready.json");
        File.WriteAllText(path, "of an earlier process");

        ReadyFile.Write(path, "http://127.0.0.1:5100");

        var written = JsonNode.Parse(File.ReadAllText(path))!;
        Assert.Equal(Environment.ProcessId, (int)written["pid"]!);
        Assert.Equal("http://127.0.0.1:5100", (string)written["url"]!);
        Assert.Equal([path], Directory.GetFiles(_folder));
    }

    [Fact]
    public void Write_NoPath_WritesNothing()
    {
        ReadyFile.Write(null, "http://127.0.0.1:5100");

        Assert.Empty(Directory.GetFiles(_folder));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
