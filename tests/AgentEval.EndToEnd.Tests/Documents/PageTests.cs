using AgentEval.Core.Json;
using AgentEval.Core.Runs;
using AgentEval.EndToEnd.Tests.Harness;
using AgentEval.Tests.Shared;

namespace AgentEval.EndToEnd.Tests.Documents;

/// <summary>Runs every command of README, docs and examples in the order of its page, with the files the page shows, and compares what it says they print.</summary>
public sealed class PageTests(PageTests.Served served) : IClassFixture<PageTests.Served>
{
    private const string SampleAgent = "http://127.0.0.1:5100";

    public static TheoryData<string> Pages => [.. MarkdownBlock.All.Where(BlockTests.IsExecuted).Select(block => block.Page).Distinct()];

    [BashTheory]
    [MemberData(nameof(Pages))]
    public async Task Page_ItsCommands_DoWhatItSays(string page)
    {
        var blocks = MarkdownBlock.Of(page).ToList();
        var folder = Prepare(page, blocks);
        var script = new PageScript(served.Url);
        foreach (var block in MarkdownBlock.All.Where(block => block.Page == page && BlockTests.IsExecuted(block)))
        {
            script.Add(block);
        }

        var output = await script.RunAsync(served.Workspace, folder);

        foreach (var (before, block) in MarkdownBlock.All.Zip(MarkdownBlock.All.Skip(1)).Where(pair => pair.Second.Page == page && pair.Second.Kind == "output"))
        {
            if (block.Language == "json")
            {
                RecordedOutput.AssertJson(block.Place, block.Text, output(before), block.Notes.GetValueOrDefault("values") == "exact");
            }
            else
            {
                RecordedOutput.AssertText(block.Place, block.Text, output(before));
            }
        }
    }

    [BashFact]
    public async Task Workflow_ItsSteps_EvaluateAndLeaveTheirReports()
    {
        var folder = Prepare("workflow", MarkdownBlock.Of("README.md"), below: "evals");
        var script = new PageScript(served.Url);
        script.Add((string)Workflow.Step("Evaluate")["run"]!);
        script.Add((string)Workflow.Step("Show the report in the job's summary")["run"]!);

        await script.RunAsync(served.Workspace, folder);

        Assert.Contains("passed", await File.ReadAllTextAsync(Path.Combine(folder, "job-summary.md")), StringComparison.OrdinalIgnoreCase);
        Assert.True(File.Exists(Path.Combine(folder, "results", "junit.xml")));
    }

    [Fact]
    public async Task CSharp_OfThePage_RunsAsItStandsThere()
    {
        Assert.Equal(MarkdownBlock.Of(ClientExample.Page).Single(block => block.Language == "csharp").Text, ClientExample.Source);
        foreach (var (name, put) in new[] { ("suite", served.Host.Client.PutSuiteAsync("example-basic", Example("suite"))), ("agent", (Task)served.Host.Client.PutAgentAsync("sample-agent", Example("agent"))) })
        {
            await put;
        }

        var run = await ClientExample.RunAsync(served.Url, key: null);

        Assert.Equal((Verdict.Passed, 6), (run.Result!.Verdict, run.Result.Metrics.Scenario.TotalTrials));
    }

    private System.Text.Json.Nodes.JsonObject Example(string file) =>
        (System.Text.Json.Nodes.JsonObject)DocumentReader.Read(Local(Repository.Read("examples", "basic", file + ".yaml"))).Value!;

    /// <summary>A folder with the examples, and the files that the page's blocks name.</summary>
    private string Prepare(string page, IEnumerable<MarkdownBlock> blocks, string below = "")
    {
        var folder = Directory.CreateDirectory(served.Workspace.In("pages", page.Replace('/', '-'))).FullName;
        foreach (var file in Directory.GetFiles(Path.Combine(Repository.Root, "examples"), "*.*", SearchOption.AllDirectories))
        {
            Write(Path.Combine(folder, Path.GetRelativePath(Repository.Root, file)), File.ReadAllText(file));
        }

        Write(Path.Combine(folder, "agent.yaml"), Repository.Read("examples", "basic", "agent.yaml"));
        foreach (var block in blocks.Where(block => block.Notes.ContainsKey("file")))
        {
            Write(Path.Combine(folder, below, block.Notes["file"]), block.Text);
        }

        return folder;
    }

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, Local(text));
    }

    private string Local(string text) => text.Replace(SampleAgent, served.Agent, StringComparison.Ordinal);

    /// <summary>One host and one sample agent for all pages.</summary>
    public sealed class Served : IAsyncLifetime
    {
        private HostProcess? _host;
        private SampleAgentProcess? _agent;

        internal Workspace Workspace { get; } = new();

        internal HostProcess Host => _host!;

        internal string Url => Host.Http.BaseAddress!.ToString();

        internal string Agent => _agent!.Url.ToString().TrimEnd('/');

        public async Task InitializeAsync()
        {
            _agent = await SampleAgentProcess.StartAsync(Workspace);
            _host = await HostProcess.StartAsync(Workspace, BlockTests.DeployedSettings);
        }

        public async Task DisposeAsync()
        {
            if (_host is not null)
            {
                await _host.DisposeAsync();
            }

            _agent?.Dispose();
            Workspace.Remove();
        }
    }
}

/// <summary>A fact that runs the documents' commands, which are written for bash and use curl.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BashFactAttribute : FactAttribute
{
    public BashFactAttribute() => Skip = Missing;

    /// <summary>Why it cannot run here; null: it can.</summary>
    public static string? Missing { get; } = new[] { "bash", "curl" }.FirstOrDefault(program => !IsOnPath(program)) is { } program ? $"The documents' commands need {program}." : null;

    private static bool IsOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
}

/// <summary>As <see cref="BashFactAttribute"/>, for theories.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BashTheoryAttribute : TheoryAttribute
{
    public BashTheoryAttribute() => Skip = BashFactAttribute.Missing;
}
