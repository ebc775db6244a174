using System.Globalization;
using System.Text.Json.Nodes;
using AgentEval.Core.Problems;
using AgentEval.Core.Settings;
using Microsoft.Extensions.Configuration;

namespace AgentEval.Functions.Submissions;

/// <summary>
/// The app's own layer of run settings: the <c>AgentEval</c> section may hold any settings block, such as <c>AgentEval__Execution__MaxParallel=8</c>. The items of
/// a list are numbered from 0 (<c>AgentEval__RedTeam__Attacks__0</c>); what looks like a number and is a text stands in double quotes.
/// </summary>
public sealed class AppDefaults
{
    private const string Section = "AgentEval";

    private static readonly string[] Blocks = ["execution", "redTeam", "replay", "validators", "gate", "budget"];

    /// <exception cref="InvalidOperationException">A setting cannot be meant; the message names each that is wrong.</exception>
    public AppDefaults(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        foreach (var block in Blocks)
        {
            var section = configuration.GetSection($"{Section}:{block}");
            if (section.Exists())
            {
                Settings[block] = ToJson(section);
            }
        }

        var problems = new ProblemList();
        SettingsLayers.Check(Settings, "", problems);
        if (problems.HasErrors)
        {
            throw new InvalidOperationException(string.Join('\n', problems.Errors.Select(problem => $"{NameOf(problem.Path)}: {problem.Message}")));
        }
    }

    public JsonObject Settings { get; } = [];

    private static JsonNode? ToJson(IConfigurationSection section)
    {
        var children = section.GetChildren().ToList();
        if (children.Count == 0)
        {
            return ToScalar(section.Value ?? "");
        }

        if (section.Value is { Length: > 0 })
        {
            throw new InvalidOperationException($"{NameOf(section)} has a value of its own and others below it ({NameOf(children[0])}): remove one or the other.");
        }

        return children.Exists(child => IsNumber(child.Key)) ? ToArray(section, children) : ToObject(children);
    }

    private static JsonArray ToArray(IConfigurationSection section, List<IConfigurationSection> children)
    {
        var items = new JsonArray();
        for (var index = 0; index < children.Count; index++)
        {
            var item = children.Find(child => child.Key == index.ToString(CultureInfo.InvariantCulture)) ?? throw new InvalidOperationException(
                $"{NameOf(section)} is a list: its items are numbered from 0 without gaps, but there is no {NameOf(section)}__{index} beside {NameOf(children[^1])}.");
            items.Add(ToJson(item));
        }

        return items;
    }

    private static JsonObject ToObject(List<IConfigurationSection> children)
    {
        var value = new JsonObject();
        foreach (var child in children)
        {
            value[KeyOf(child)] = ToJson(child);
        }

        return value;
    }

    /// <summary>Only what JSON has for numbers is one: NaN and Infinity are texts, and refused where a number is due.</summary>
    private static JsonNode? ToScalar(string text)
    {
        if (text.Length == 0 || text == "null")
        {
            return null;
        }

        if (bool.TryParse(text, out var flag))
        {
            return flag;
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
        {
            return JsonNode.Parse(number.ToString("R", CultureInfo.InvariantCulture));
        }

        return text is ['"', .. var inner, '"'] && !inner.Contains('"', StringComparison.Ordinal) ? inner : text;
    }

    /// <summary>Settings of an app begin with a capital, keys of a block do not; names of types such as <c>EMAIL_ADDRESS</c> stay as they are.</summary>
    private static string KeyOf(IConfigurationSection section) =>
        section.Key.Any(char.IsAsciiLetterLower) ? char.ToLowerInvariant(section.Key[0]) + section.Key[1..] : section.Key;

    private static bool IsNumber(string key) => key.All(char.IsAsciiDigit);

    private static string NameOf(IConfigurationSection section) => section.Path.Replace(":", "__", StringComparison.Ordinal);

    private static string NameOf(string path) =>
        $"{Section}__{path.Replace("]", "", StringComparison.Ordinal).Replace("[", "__", StringComparison.Ordinal).Replace(".", "__", StringComparison.Ordinal)}";
}
