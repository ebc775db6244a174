using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Scenarios;

/// <summary>Finds the value of a template's name.</summary>
/// <returns>False: nobody knows the name, and the template stays as it is.</returns>
public delegate bool TemplateLookup(string name, out JsonNode? value);

/// <summary>
/// Templates are <c>{{name}}</c>, white space inside is ignored; a name is letters, digits, <c>_</c>, <c>-</c> and <c>.</c>, beginning with a letter or <c>_</c>.
/// Values are put in once: a value that looks like a template is not filled again.
/// </summary>
public static class Templates
{
    /// <summary>A JSON value is put in as compact JSON, a text as it is.</summary>
    public static string Fill(string text, TemplateLookup lookup)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(lookup);
        var filled = new StringBuilder();
        var copied = 0;
        foreach (var template in Scan(text))
        {
            if (lookup(template.Name, out var value))
            {
                filled.Append(text, copied, template.Start - copied).Append(AsText(value));
                copied = template.End;
            }
        }

        return copied == 0 ? text : filled.Append(text, copied, text.Length - copied).ToString();
    }

    /// <summary>A copy with every text filled; a text that is one template and nothing else becomes the value itself, of whatever JSON type.</summary>
    public static JsonNode? Fill(JsonNode? node, TemplateLookup lookup)
    {
        ArgumentNullException.ThrowIfNull(lookup);
        switch (node)
        {
            case JsonObject members:
                return new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Fill(member.Value, lookup))));
            case JsonArray items:
                return new JsonArray([.. items.Select(item => Fill(item, lookup))]);
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                var text = value.GetValue<string>();
                var whole = Scan(text).FirstOrDefault();
                return whole.End > 0 && whole.Start == 0 && whole.End == text.Length && lookup(whole.Name, out var found)
                    ? found?.DeepClone()
                    : JsonValue.Create(Fill(text, lookup));
            default:
                return node?.DeepClone();
        }
    }

    /// <summary>False: no text in it holds a template.</summary>
    public static bool MayBeIn(JsonNode? node) => node switch
    {
        JsonObject members => members.Any(member => MayBeIn(member.Value)),
        JsonArray items => items.Any(MayBeIn),
        JsonValue value => value.GetValueKind() == JsonValueKind.String && value.GetValue<string>().Contains("{{", StringComparison.Ordinal),
        _ => false,
    };

    /// <summary>The names in a text, in order, with repetitions.</summary>
    public static IEnumerable<string> Names(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Scan(text).Select(template => template.Name);
    }

    /// <summary>The names in every text of a node, in order, each with the path of its text; <paramref name="path"/> is the node's own.</summary>
    public static IEnumerable<(string Path, string Name)> NamesIn(JsonNode? node, string path) => node switch
    {
        JsonObject members => members.SelectMany(member => NamesIn(member.Value, ProblemList.Join(path, member.Key))),
        JsonArray items => items.SelectMany((item, index) => NamesIn(item, $"{path}[{index}]")),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => Names(value.GetValue<string>()).Select(name => (path, name)),
        _ => [],
    };

    /// <summary>How a value reads inside a text.</summary>
    public static string AsText(JsonNode? value) =>
        value is JsonValue simple && simple.GetValueKind() == JsonValueKind.String ? simple.GetValue<string>() : value?.ToJsonString(Json.AgentEvalJson.Options) ?? "null";

    private static IEnumerable<Template> Scan(string text)
    {
        for (var open = text.IndexOf("{{", StringComparison.Ordinal); open >= 0; open = text.IndexOf("{{", open, StringComparison.Ordinal))
        {
            if (TryRead(text, open, out var template))
            {
                yield return template;
                open = template.End;
            }
            else
            {
                open++;
            }
        }
    }

    private static bool TryRead(string text, int open, out Template template)
    {
        var start = SkipSpaces(text, open + 2);
        var end = start;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '_' or '-' or '.'))
        {
            end++;
        }

        var close = SkipSpaces(text, end);
        template = default;
        if (end == start || char.IsAsciiDigit(text[start]) || text[start] is '-' or '.' || string.CompareOrdinal(text, close, "}}", 0, 2) != 0)
        {
            return false;
        }

        template = new Template(text[start..end], open, close + 2);
        return true;
    }

    private static int SkipSpaces(string text, int at)
    {
        while (at < text.Length && text[at] is (' ' or '\t'))
        {
            at++;
        }

        return at;
    }

    private readonly record struct Template(string Name, int Start, int End);
}
