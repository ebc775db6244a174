using System.CommandLine;
using System.Text.RegularExpressions;
using AgentEval.Cli.Commands;
using AgentEval.Cli.Rendering;
using AgentEval.Tests.Shared;

namespace AgentEval.Cli.Tests.Documents;

/// <summary>Commands that pages and help texts mention in passing can be typed as they stand there. Those in blocks are run, by the end-to-end tests.</summary>
public sealed partial class DocumentedCommandsTests
{
    private static readonly RootCommand Root = Create();

    /// <summary>Where it stands, and what is typed.</summary>
    public static IEnumerable<object[]> Mentioned => MarkdownBlock.Pages
        .SelectMany(page => Mentions().Matches(Repository.Read(page)).Select(match => (page, match.Groups["command"].Value)))
        .Distinct()
        .Select(mention => new object[] { mention.page, mention.Value });

    public static IEnumerable<object[]> Examples =>
        All(Root).OfType<CliCommand>().SelectMany(command => command.Example.Split('\n').Select(line => new object[] { command.Name, line.Trim() }));

    [Theory]
    [MemberData(nameof(Mentioned))]
    public void Command_MentionedByAPage_IsOne(string page, string command) => AssertParses(page, command);

    [Theory]
    [MemberData(nameof(Examples))]
    public void Example_OfAHelpText_IsACommand(string command, string example)
    {
        Assert.StartsWith("agenteval ", example, StringComparison.Ordinal);
        AssertParses(command, example["agenteval ".Length..]);
    }

    [Fact]
    public void CommandLinePage_NamesEveryCommandAndOption_AndNoOther()
    {
        var page = Repository.Read("docs", "cli.md");
        var options = All(Root).SelectMany(command => command.Options).Select(option => option.Name).Where(name => name is not ("--help" or "--version")).Distinct().ToList();
        var named = Regex.Matches(page, @"(?<![\w-])--[a-z][a-z-]+").Select(match => match.Value).Distinct();

        Assert.All(options, option => Assert.Matches($@"(?<![\w-]){option}(?![\w-])", page));
        Assert.All(named.Except(["--help", "--project"]), option => Assert.Contains(option, options));
        Assert.All(Root.Subcommands, command => Assert.Matches($@"[`, ]{command.Name}\b", page));
    }

    private static void AssertParses(string place, string command)
    {
        var problems = CommandLineProblems.Of(Root.Parse([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries)]));

        Assert.True(problems.Count == 0, $"{place}: agenteval {command}: {string.Join(' ', problems)}");
    }

    private static RootCommand Create()
    {
        var root = CommandCatalogue.Create();
        new GlobalOptions().AddTo(root);
        return root;
    }

    private static IEnumerable<Command> All(Command command) => command.Subcommands.SelectMany(All).Prepend(command);

    [GeneratedRegex(@"(?<!`)`(?:agenteval|dotnet run --project src/AgentEval\.Cli --) (?<command>[a-z][^`]*)`")]
    private static partial Regex Mentions();
}
