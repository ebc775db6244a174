using AgentEval.Cli.Hosting;

namespace AgentEval.Cli.Tests.Hosting;

public sealed class LocalInstallationTests : IDisposable
{
    private readonly TempFolder _clone = new();

    public LocalInstallationTests() => _clone.Write("AgentEval.Functions.sln", "");

    public void Dispose() => _clone.Dispose();

    [Fact]
    public void Find_PublishedInsideTheClone_TakesWhatLiesBesideIt()
    {
        var published = _clone["agenteval"];
        Put(published, "app", "AgentEval.Functions");
        Put(published, "sample-agent", "AgentEval.SampleAgent");

        var installation = LocalInstallation.Find(published);

        Assert.Equal([Path.Combine(published, "app", "AgentEval.Functions.dll")], installation.AppProgram.Arguments);
        Assert.Equal(Path.Combine(published, "azurite"), installation.AzuriteFolder);
    }

    [Fact]
    public void Find_BuildOutput_TakesTheBuildsOfItsConfiguration()
    {
        var output = _clone["src/AgentEval.Cli/bin/local/Release/net10.0"];
        Directory.CreateDirectory(output);
        Put(_clone["src/AgentEval.Functions/bin/local/Release"], "net10.0", "AgentEval.Functions");
        Put(_clone["src/AgentEval.SampleAgent/bin/local/Release"], "net10.0", "AgentEval.SampleAgent");

        var installation = LocalInstallation.Find(output);

        Assert.Equal([_clone["src/AgentEval.Functions/bin/local/Release/net10.0/AgentEval.Functions.dll"]], installation.AppProgram.Arguments);
        Assert.Equal(_clone["infra/local"], installation.AzuriteFolder);
    }

    private static void Put(string folder, string part, string assembly)
    {
        var path = Path.Combine(folder, part);
        Directory.CreateDirectory(path);
        File.WriteAllText(Path.Combine(path, assembly + ".dll"), "");
    }
}
