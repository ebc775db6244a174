using AgentEval.Core.Agents;
using AgentEval.Core.Api;
using AgentEval.Core.Json;
using AgentEval.Core.Problems;
using AgentEval.Core.Schedules;
using AgentEval.Core.Suites;
using AgentEval.Tests.Shared;

namespace AgentEval.Core.Tests.Documents;

/// <summary>A file that users are shown: a fenced block of a page, or a file of the examples.</summary>
/// <param name="Place">Page and line, or the path of the file.</param>
/// <param name="Kind"><c>suite</c>, <c>agent</c>, <c>run</c>, <c>batch</c> or <c>schedule</c>.</param>
/// <param name="Problem">The code of the problem it shows on purpose; null: it is right.</param>
/// <param name="Text">YAML or JSON.</param>
internal sealed record DocumentedFile(string Place, string Kind, string? Problem, string Text)
{
    private static readonly string[] Kinds = ["suite", "agent", "run", "batch", "schedule"];

    /// <summary>Of every page.</summary>
    public static IReadOnlyList<DocumentedFile> Blocks { get; } =
    [
        .. MarkdownBlock.All
            .Where(block => block.Language is "yaml" or "json" && Kinds.Contains(block.Kind))
            .Select(block => new DocumentedFile(block.Place, block.Kind, block.Notes.GetValueOrDefault("problem"), block.Text)),
    ];

    public static IReadOnlyList<DocumentedFile> Examples { get; } =
    [
        .. Directory.GetFiles(Path.Combine(Repository.Root, "examples"), "*.*", SearchOption.AllDirectories)
            .Where(path => Path.GetExtension(path) is ".yaml" or ".json")
            .Order()
            .Select(path => new DocumentedFile(
                Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'), Path.GetFileNameWithoutExtension(path), null, File.ReadAllText(path))),
    ];

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
            "batch" => BatchRequestReader.Read(document.Value).Problems,
            "schedule" => ScheduleReader.Read(document.Value).Problems,
            _ => throw new InvalidOperationException($"{Place}: a file called '{Kind}' is none of these."),
        };
    }
}
