using System.Text;

namespace AgentEval.Tests.Shared;

/// <summary>A fenced block of a page that users read: <c>```LANGUAGE KIND KEY=VALUE …</c>.</summary>
/// <param name="Page">The path below the root, with slashes.</param>
/// <param name="Line">Of the fence, from 1.</param>
/// <param name="Language">The first word of the fence; empty: none.</param>
/// <param name="Kind">What it shows, in a second word; empty: not said.</param>
/// <param name="Notes">Further words.</param>
/// <param name="Text">Between the fences.</param>
internal sealed record MarkdownBlock(string Page, int Line, string Language, string Kind, IReadOnlyDictionary<string, string> Notes, string Text)
{
    private const string Fence = "```";

    /// <summary>Every page at the root and below docs and examples.</summary>
    public static IReadOnlyList<string> Pages { get; } =
    [
        .. Directory.GetFiles(Repository.Root, "*.md")
            .Concat(Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories))
            .Concat(Directory.GetFiles(Path.Combine(Repository.Root, "examples"), "*.md", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'))
            .Order(StringComparer.Ordinal),
    ];

    public static IReadOnlyList<MarkdownBlock> All { get; } = [.. Pages.SelectMany(Of)];

    public string Place => $"{Page}:{Line}";

    public static IEnumerable<MarkdownBlock> Of(string page)
    {
        var lines = Repository.Read(page).Split('\n');
        for (var index = 0; index < lines.Length; index++)
        {
            if (!lines[index].TrimStart().StartsWith(Fence, StringComparison.Ordinal))
            {
                continue;
            }

            var opening = index;
            var text = new StringBuilder();
            for (index++; index < lines.Length && lines[index].Trim() != Fence; index++)
            {
                text.Append(lines[index]).Append('\n');
            }

            yield return Create(page, opening + 1, lines[opening].Trim()[Fence.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries), text.ToString());
        }
    }

    public override string ToString() => Place;

    private static MarkdownBlock Create(string page, int line, string[] words, string text) => new(
        page,
        line,
        words.FirstOrDefault() ?? "",
        words.Skip(1).FirstOrDefault(word => !word.Contains('=', StringComparison.Ordinal)) ?? "",
        words.Where(word => word.Contains('=', StringComparison.Ordinal)).Select(word => word.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]),
        text);
}
