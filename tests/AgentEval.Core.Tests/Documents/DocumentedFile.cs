using System.Text.RegularExpressions;
using AgentEval.Core.Agents;
using AgentEval.Core.Api;
using AgentEval.Core.Json;
using AgentEval.Core.Problems;
using AgentEval.Core.Suites;

namespace AgentEval.Core.Tests.Documents;

/// <summary>A suite, agent or run request that users are shown: a fenced block of a page, or a file of the examples.</summary>
/// <param name="Place">Page and line, or the path of the file.</param>
/// <param name="Kind"><c>suite</c>, <c>agent</c> or <c>run</c>.</param>
/// <param name="Problem">The code of the problem it shows on purpose; null: it is right.</param>
/// <param name="Text">YAML or JSON.</param>
internal sealed partial record DocumentedFile(string Place, string Kind, string? Problem, string Text)
{
    /// <summary>Of README.md and every page below docs.</summary>
    public static IReadOnlyList<DocumentedFile> Blocks { get; } =
        [.. Directory.GetFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories).Append(Path.Combine(Root, "README.md")).Order().SelectMany(BlocksOf)];

    public static IReadOnlyList<DocumentedFile> Examples { get; } =
    [
        .. Directory.GetFiles(Path.Combine(Root, "examples"), "*.*", SearchOption.AllDirectories)
            .Where(path => Path.GetExtension(path) is ".yaml" or ".json")
            .Order()
            .Select(path => new DocumentedFile(Path.GetRelativePath(Root, path).Replace('\\', '/'), Path.GetFileNameWithoutExtension(path), null, File.ReadAllText(path))),
    ];

    /// <summary>The folder of the solution.</summary>
    public static string Root
    {
        get
        {
            var folder = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(folder, "AgentEval.Functions.sln")))
            {
                folder = Path.GetDirectoryName(folder)!;
            }

            return folder;
        }
    }

    public ProblemList Check()
    {
        var document = DocumentReader.Read(Text);
        if (document.Value is null)
        {
            return document.Problems;
        }

        return Kind switch
        {
            "suite" => SuiteReader.Read(document.Value).Problems,
            "agent" => AgentReader.Read(document.Value).Problems,
            "run" => RunRequestReader.Read(document.Value).Problems,
            _ => throw new InvalidOperationException($"{Place}: a file called '{Kind}' is neither a suite nor an agent nor a run."),
        };
    }

    private static IEnumerable<DocumentedFile> BlocksOf(string path)
    {
        var page = File.ReadAllText(path).ReplaceLineEndings("\n");
        return Block().Matches(page).Select(match => new DocumentedFile(
            $"{Path.GetRelativePath(Root, path).Replace('\\', '/')}:{page[..match.Index].Count(character => character == '\n') + 1}",
            match.Groups["kind"].Value,
            match.Groups["problem"] is { Success: true } problem ? problem.Value : null,
            match.Groups["text"].Value));
    }

    [GeneratedRegex(@"^```(yaml|json) (?<kind>suite|agent|run)( problem=(?<problem>\w+))?\n(?<text>.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();
}
