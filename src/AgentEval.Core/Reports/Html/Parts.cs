using System.Text.Json;
using System.Text.Json.Nodes;
using AgentEval.Core.Json;
using AgentEval.Core.Runs;
using AgentEval.Core.Validators;

namespace AgentEval.Core.Reports.Html;

/// <summary>Pieces that several sections share.</summary>
internal static class Parts
{
    /// <summary>Longer texts are cut in the page; the trial's record has all of it.</summary>
    private const int MaxText = 8000;

    private static readonly JsonSerializerOptions Pretty = new(AgentEvalJson.Indented) { MaxDepth = AgentEvalJson.MaxDepth * 2 };

    public static void Chip(HtmlWriter html, TrialStatus status)
    {
        var label = status == TrialStatus.BudgetExceeded ? "over budget" : status.Word();
        html.Element("span", label, ("class", "chip s-" + status.Word()));
    }

    public static void Chip(HtmlWriter html, Severity severity) => html.Element("span", severity.Word(), ("class", "chip v-" + severity.Word()));

    public static HtmlWriter.Scope Section(HtmlWriter html, string id, string title, string? lead = null)
    {
        var scope = html.Open("section", ("id", id), ("aria-labelledby", id + "-title"));
        html.Element("h2", title, ("id", id + "-title"));
        if (lead is not null)
        {
            html.Element("p", lead, ("class", "lead"));
        }

        return scope;
    }

    /// <summary>A card that scrolls sideways on narrow screens, also by keyboard.</summary>
    public static HtmlWriter.Scope Scrolling(HtmlWriter html, string label) =>
        html.Open("div", ("class", "card scroll"), ("role", "region"), ("aria-label", label), ("tabindex", "0"));

    /// <summary>A row of a table's head.</summary>
    public static void Head(HtmlWriter html, string caption, params ReadOnlySpan<string> columns)
    {
        html.Element("caption", caption, ("class", "unseen"));
        using var head = html.Open("thead");
        using var row = html.Open("tr");
        foreach (var column in columns)
        {
            html.Element("th", column, ("scope", "col"));
        }
    }

    public static void Fact(HtmlWriter html, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value) && value != Figures.None)
        {
            using var fact = html.Open("div");
            html.Element("dt", name).Element("dd", value, ("dir", "auto"));
        }
    }

    /// <summary>Text as it was said, with the injected passages marked.</summary>
    public static void Said(HtmlWriter html, string text, IReadOnlyList<string> injected)
    {
        var rest = VisibleText.Cut(text, MaxText);
        while (rest.Length > 0)
        {
            var (start, length) = Next(rest, injected);
            html.Text(rest[..start]);
            if (length > 0)
            {
                html.Element("mark", rest.Substring(start, length), ("title", "injected text"));
            }

            rest = rest[(start + length)..];
        }
    }

    public static string Json(JsonNode? json) => json switch
    {
        null => "null",
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        _ => json.ToJsonString(Pretty),
    };

    public static string Plural(long count, string word) => $"{Figures.Count(count)} {word}{(count == 1 ? "" : "s")}";

    private static (int Start, int Length) Next(string text, IReadOnlyList<string> injected)
    {
        var (start, length) = (text.Length, 0);
        foreach (var passage in injected)
        {
            var found = text.IndexOf(passage, StringComparison.Ordinal);
            if (found >= 0 && found < start)
            {
                (start, length) = (found, passage.Length);
            }
        }

        return (start, length);
    }
}
