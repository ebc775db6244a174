using System.CommandLine;
using AgentEval.Core.Api;
using AgentEval.Core.Reports;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace AgentEval.Cli.Rendering;

/// <summary>Lists for people.</summary>
internal static class ListView
{
    /// <param name="console">Where.</param>
    /// <param name="page">What.</param>
    /// <param name="things">What they are called, for a list without any; see <see cref="Filtered"/>.</param>
    /// <param name="place">Where they were looked for; null: in a run the user named.</param>
    /// <param name="columns">The heads. What stands in the first is never broken: people copy it.</param>
    /// <param name="row">The cells of one of them.</param>
    public static void Write<T>(IAnsiConsole console, ListPage<T> page, string things, ServicePlace? place, IReadOnlyList<string> columns, Func<T, IEnumerable<IRenderable>> row)
    {
        if (page.Items.Count == 0)
        {
            console.WriteLine(place is null ? $"No {things}." : $"No {things} found {place}.");
        }
        else
        {
            console.Write(Table(columns, page.Items.Select(row)));
        }

        if (page.Cursor is { } cursor)
        {
            console.WriteLine($"More: --cursor {cursor}");
        }
    }

    /// <summary>For a table's last column, on one line. Only a terminal, which breaks what is too long for it, gets no more than so many characters.</summary>
    public static string Line(IAnsiConsole console, string? text, int longest) => VisibleText.Line(text, IsUnbroken(console.Profile.Width) ? int.MaxValue : longest);

    /// <summary>The things and what they were filtered by: <c>violations with --type IBAN</c>. A filter may hold a slip, so an empty list names it.</summary>
    public static string Filtered(string things, ParseResult arguments, params Option[] filters)
    {
        var given = filters.SelectMany(filter => (arguments.GetResult(filter)?.Tokens ?? []).Select(token => $"{filter.Name} {token.Value}")).ToList();
        return given.Count == 0 ? things : $"{things} with {string.Join(' ', given)}";
    }

    /// <summary>Begins with a blank line, and does not end in one: what belongs to it may follow.</summary>
    public static IRenderable Table(IReadOnlyList<string> columns, IEnumerable<IEnumerable<IRenderable>> rows)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns([.. columns]);
        table.Columns[0].NoWrap();
        foreach (var row in rows)
        {
            table.AddRow(row);
        }

        return new WithoutLastLine(table);
    }

    private static bool IsUnbroken(int width) => width >= CliSession.Unbroken;

    /// <summary>The border ends in a line that shows nothing. The one below the heads is no longer than a page is wide where lines are not broken.</summary>
    private sealed class WithoutLastLine(IRenderable table) : IRenderable
    {
        private const int LongestRule = 140;

        public Measurement Measure(RenderOptions options, int maxWidth) => table.Measure(options, maxWidth);

        public IEnumerable<Segment> Render(RenderOptions options, int maxWidth) =>
            Segment.SplitLines(table.Render(options, maxWidth)).SkipLast(1).SelectMany(line => (IsUnbroken(maxWidth) ? Ruled(line) : line).Append(Segment.LineBreak));

        private static SegmentLine Ruled(SegmentLine line)
        {
            var text = string.Concat(line.Select(segment => segment.Text));
            return text.Length > LongestRule && text.All(c => c == '─') ? new SegmentLine([new Segment(text[..LongestRule])]) : line;
        }
    }
}
