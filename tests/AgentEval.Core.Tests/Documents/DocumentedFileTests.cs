using System.Text.RegularExpressions;
using AgentEval.Core.Criteria;
using AgentEval.Core.Json;
using AgentEval.Core.Json.Schema;
using AgentEval.Core.Problems;
using AgentEval.Core.Suites;
using AgentEval.Tests.Shared;
using SchemaResources = AgentEval.Core.Schemas.SchemaResources;

namespace AgentEval.Core.Tests.Documents;

/// <summary>What README, docs and examples show is what the readers accept.</summary>
public sealed class DocumentedFileTests
{
    public static TheoryData<string> RightBlocks => [.. DocumentedFile.Blocks.Where(block => block.Problem is null).Select(block => block.Place)];

    public static TheoryData<string> WrongBlocks => [.. DocumentedFile.Blocks.Where(block => block.Problem is not null).Select(block => block.Place)];

    public static TheoryData<string> Examples => [.. DocumentedFile.Examples.Select(example => example.Place)];

    public static TheoryData<string> Pages => [.. MarkdownBlock.Pages];

    [Theory]
    [MemberData(nameof(RightBlocks))]
    public void Block_OfAPage_IsRead(string place) => AssertNone(place, Block(place).Check().Errors);

    [Theory]
    [MemberData(nameof(WrongBlocks))]
    public void Block_ThatShowsAMistake_HasTheStatedProblem(string place)
    {
        var block = Block(place);
        var problems = block.Check();

        Assert.Contains(problems.Errors.Concat(problems.Warnings), problem => problem.Code == block.Problem);
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void Example_HasNeitherErrorsNorWarnings(string place)
    {
        var problems = DocumentedFile.Examples.Single(example => example.Place == place).Check();

        AssertNone(place, [.. problems.Errors, .. problems.Warnings]);
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void Example_FitsTheShippedSchema(string place)
    {
        var example = DocumentedFile.Examples.Single(each => each.Place == place);
        var schema = JsonSchema.Read(SchemaResources.ReadJson(example.Kind), "", new ProblemList())!;

        Assert.Empty(schema.Validate(DocumentReader.Read(example.Text).Value).Select(error => error.ToString()));
    }

    [Fact]
    public void Examples_EveryFolder_HasSuiteAgentAndRun() => Assert.All(
        DocumentedFile.Examples.GroupBy(example => Path.GetDirectoryName(example.Place)),
        folder => Assert.Equal(["agent", "run", "suite"], folder.Select(example => example.Kind).Order()));

    [Fact]
    public void ComprehensiveExample_UsesEveryAvailableCriterion()
    {
        var text = DocumentedFile.Examples.Single(example => example.Place == "examples/comprehensive/suite.yaml").Text;
        var available = CriterionCatalogue.Types.Where(type =>
        {
            ProblemList problems = new();
            CriterionCatalogue.Find(type)!.Check(null, "", problems);
            return problems.Errors.All(problem => problem.Code != ProblemCodes.NotAvailable);
        });

        Assert.All(available, type => Assert.Matches($@"\b{type}:", text));
    }

    [Fact]
    public void SuitePage_NamesEveryKeyOfASuite()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "suite.md"));
        string[] keys = [.. SuiteKeys.Suite, .. SuiteKeys.Scenario, .. SuiteKeys.Criterion, .. SuiteKeys.Policy, .. SuiteKeys.Budget, .. SuiteKeys.ToolResponse, .. CriterionCatalogue.Types];

        Assert.All(keys.Distinct(), key => Assert.Matches($@"`{key}[`:]|\b{key}:", page));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Page_LinksOnlyToFilesThatExist(string page)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, page))!;
        var links = Regex.Matches(File.ReadAllText(Path.Combine(Repository.Root, page)), @"\]\((?!https?:)(?<file>[^)#]+)(#[^)]*)?\)").Select(match => match.Groups["file"].Value);

        Assert.All(links, link => Assert.True(Path.Exists(Path.Combine(folder, link)), $"{page} links to {link}, which does not exist."));
    }

    private static DocumentedFile Block(string place) => DocumentedFile.Blocks.Single(block => block.Place == place);

    private static void AssertNone(string place, IReadOnlyList<Problem> problems) =>
        Assert.True(problems.Count == 0, $"{place}: {string.Join("; ", problems.Select(problem => $"{problem.Path}: {problem.Message} [{problem.Code}]"))}");
}
