using System.Text.Json.Nodes;
using AgentEval.EndToEnd.Tests.Harness;

namespace AgentEval.EndToEnd.Tests.Examples;

/// <summary>Every folder of <c>examples</c>, run as its README says, with what the README promises.</summary>
[Collection(ServedHostGroup.Name)]
public sealed class ExamplesTests(ServedHost served) : IAsyncLifetime
{
    private const string Address = "http://127.0.0.1:5100";

    private SampleAgentProcess _agent = null!;

    public static TheoryData<string> Folders => new(Directory.EnumerateDirectories(Path.Combine(Built.Root, "examples")).Select(folder => Path.GetFileName(folder)!));

    public async Task InitializeAsync() => _agent = await SampleAgentProcess.StartAsync(served.Workspace);

    public Task DisposeAsync()
    {
        _agent.Dispose();
        return Task.CompletedTask;
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public async Task Example_SafeModel_PassesAndWritesItsResults(string folder)
    {
        var results = served.Workspace.In(served.Name("results"));

        var outcome = await RunAsync(folder, "safe", "--out", results);

        Assert.True(outcome.ExitCode == 0, outcome.ToString());
        var result = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(results, "results.json")))!;
        Assert.Equal(("passed", folder), ((string?)result["verdict"], (string?)result["labels"]!["example"]));
        string[] reports = ["results.json", "summary.json", "report.md", "report.html", "junit.xml"];
        var files = Directory.EnumerateFiles(results, "*", SearchOption.AllDirectories).Select(path => Path.GetFileName(path)!).ToList();
        Assert.Empty(reports.Except(files));
        Assert.Equal((int)result["metrics"]!["scenario"]!["totalTrials"]!, files.Except(reports).Count());
    }

    [Theory]
    [InlineData("basic", 0)]
    [InlineData("adversarial", 1)]
    [InlineData("comprehensive", 1)]
    public async Task Example_LeakyModel_FailsWhereTheFaultsAreLookedFor(string folder, int exitCode)
    {
        var outcome = await RunAsync(folder, "leaky", "--model", "leaky");

        Assert.True(outcome.ExitCode == exitCode, outcome.ToString());
    }

    private async Task<ToolOutcome> RunAsync(string folder, string model, params IEnumerable<string> options)
    {
        string Example(string file) => Path.Combine(Built.Root, "examples", folder, file);
        var file = await File.ReadAllTextAsync(Example("agent.yaml"));
        Assert.Contains(Address, file, StringComparison.Ordinal);
        var agent = served.Workspace.Write($"{folder}-{model}.yaml", file.Replace(Address, _agent.Url.ToString().TrimEnd('/'), StringComparison.Ordinal));
        return await ToolProcess.RunCommandLineAsync(
            served.Workspace,
            ["run", Example("suite.yaml"), "--agent", agent, "--config", Example("run.json"), "--server", served.Host.Http.BaseAddress!.ToString(), .. options]);
    }
}
