using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AgentEval.Core.Json;
using AgentEval.EndToEnd.Tests.Harness;
using AgentEval.Tests.Shared;

namespace AgentEval.EndToEnd.Tests.Documents;

/// <summary>Every fenced block of README, docs and examples is executed, compared or read by some test: a new one that is not is found here.</summary>
public sealed class BlockTests
{
    /// <summary>What no test can run, by page and beginning, with the reason.</summary>
    private static readonly (string Page, string Start, string Reason)[] Unexecuted =
    [
        ("README.md", "dotnet test\n", "It runs this test."),
        ("README.md", "az deployment group create", "It needs an Azure subscription."),
        ("CONTRIBUTING.md", "dotnet run --project src/AgentEval.Cli -- demo", "Two lines of the README: one is run there, the other runs this test."),
        ("CONTRIBUTING.md", "dotnet build -c Release", "It measures for minutes."),
        ("ARCHITECTURE.md", "HTTP POST", "A drawing."),
        ("docs/cli.md", "dotnet publish", "It needs a runtime pack, which not every package mirror has."),
        ("docs/deploying.md", "az group create", "It needs an Azure subscription."),
        ("docs/deploying.md", "KEY=$(az", "It needs an Azure subscription; the commands after it are run as if it had been."),
        ("docs/deploying.md", "az keyvault secret set", "It needs an Azure subscription."),
        ("docs/deploying.md", "npm ci", "It needs Functions Core Tools."),
    ];

    public static TheoryData<string> Places => [.. MarkdownBlock.All.Select(block => block.Place)];

    [Theory]
    [MemberData(nameof(Places))]
    public void Block_OfAPage_HasATest(string place)
    {
        var block = MarkdownBlock.All.Single(block => block.Place == place);
        var isTested = block switch
        {
            { Language: "bash" } => IsExecuted(block),                                             // PageTests
            { Language: "text" or "json", Kind: "output" } => IsExecuted(Before(block)),           // PageTests
            { Language: "yaml" or "json", Kind: "suite" or "agent" or "run" or "batch" or "schedule" } => true, // Core: DocumentedFileTests
            { Language: "json", Kind: "example", Page: "docs/metrics.md" } => true,                // Core: MetricsDocumentTests
            { Language: "csharp", Page: ClientExample.Page } => true,                              // PageTests
            { Language: "yaml", Kind: "step" } or { Language: "bicep", Kind: "settings" } => true, // below
            _ => false,
        };

        Assert.True(isTested || Reason(block) is not null, $"No test executes {place}. Give its fence a language and a kind that one does (see {nameof(BlockTests)}), or a reason.");
    }

    [Fact]
    public void Reasons_EachOfThem_IsStillNeeded() =>
        Assert.All(Unexecuted, entry => Assert.Single(MarkdownBlock.All, block => block.Page == entry.Page && block.Text.StartsWith(entry.Start, StringComparison.Ordinal)));

    [Fact]
    public void Unexecuted_FilesTheyName_Exist()
    {
        var named = MarkdownBlock.All.Where(block => block.Language == "bash" && !IsExecuted(block))
            .SelectMany(block => Regex.Matches(block.Text, @"(?<![\w./])(src|infra|docs|examples)/[\w./-]+|local\.settings\.[\w.]*sample\.json").Select(match => match.Value))
            .Where(path => !path.Contains("node_modules", StringComparison.Ordinal))
            .ToList();

        Assert.NotEmpty(named);
        Assert.All(named, path => Assert.True(Path.Exists(Path.Combine(Repository.Root, path)), $"There is no {path}."));
    }

    [Fact]
    public void Step_OfThePages_IsTheOneOfTheWorkflow() => Assert.All(
        MarkdownBlock.All.Where(block => block.Kind == "step"),
        block =>
        {
            var shown = DocumentReader.Read(block.Text).Value![0]!;
            Assert.Equal((string?)shown["run"], (string?)Workflow.Step((string)shown["name"]!)["run"]);
        });

    [Fact]
    public void Settings_OfThePages_AreThoseTheReferenceLists() => Assert.All(DeployedSettings.Keys, name =>
    {
        var first = name.Split("__")[1];
        Assert.Contains(Regex.Matches(Repository.Read("docs/run.md"), @"`(\w+?)(__…)?`").Select(match => match.Groups[1].Value), known => known == first);
    });

    /// <summary>What the deploying page shows as settings of the app; the host of <see cref="PageTests"/> has them.</summary>
    internal static IReadOnlyDictionary<string, string> DeployedSettings { get; } = MarkdownBlock.All
        .Where(block => block is { Language: "bicep", Kind: "settings" })
        .SelectMany(block => Regex.Matches(block.Text, @"^\s*(AgentEval__\w+): '([^']*)'$", RegexOptions.Multiline))
        .ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);

    internal static bool IsExecuted(MarkdownBlock? block) => block is { Language: "bash" } && Reason(block) is null;

    private static string? Reason(MarkdownBlock block) =>
        Array.Find(Unexecuted, entry => entry.Page == block.Page && block.Text.StartsWith(entry.Start, StringComparison.Ordinal)).Reason;

    private static MarkdownBlock? Before(MarkdownBlock block) => MarkdownBlock.All.LastOrDefault(other => other.Page == block.Page && other.Line < block.Line);
}

/// <summary>The workflow users copy.</summary>
internal static class Workflow
{
    public static JsonNode Step(string name) => DocumentReader.Read(Repository.Read("docs/ci/github-actions.yml")).Value!["jobs"]!["evaluate"]!["steps"]!.AsArray()
        .Single(step => (string?)step!["name"] == name)!;
}
