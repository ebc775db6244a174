using AgentEval.Core.Json;

namespace AgentEval.Core.Agents;

/// <summary>What the templates in one part of an agent file may name.</summary>
internal sealed record AgentTemplateNames(IReadOnlyList<string> Names, bool TakesInput, bool TakesSettings)
{
    private const string Input = "input";
    private const string InputField = "input.";
    private const string Settings = "settings.";

    private static readonly AgentTemplateNames Trial = new(["session", "seed"], TakesInput: false, TakesSettings: false);
    private static readonly AgentTemplateNames Talk = Trial with { Names = [.. Trial.Names, "model", "systemPrompt"] };

    /// <summary>The prompt is filled before the talk begins.</summary>
    public static AgentTemplateNames OfSystemPrompt => Trial;

    /// <summary>Of the body and the headers. The messages of <c>openai-chat</c> carry the input: nothing else of its requests can.</summary>
    public static AgentTemplateNames OfRequest(AgentType type) => Talk with { TakesInput = type == AgentType.Http, TakesSettings = true };

    /// <summary>As of a request, but a setting cannot name settings: it could name itself.</summary>
    public static AgentTemplateNames OfSettings(AgentType type) => OfRequest(type) with { TakesSettings = false };

    public static bool IsInput(string name) => name == Input || (name.StartsWith(InputField, StringComparison.Ordinal) && name.Length > InputField.Length);

    /// <summary>Whether it names a setting, there or not.</summary>
    public bool IsSetting(string name, out string setting)
    {
        setting = name.StartsWith(Settings, StringComparison.Ordinal) ? name[Settings.Length..] : "";
        return TakesSettings && setting.Length > 0;
    }

    public bool Knows(string name) => Names.Contains(name) || (TakesInput && IsInput(name));

    /// <summary>Names the template that was probably meant, else all that may stand there.</summary>
    public string Hint(string name, IEnumerable<string> settings)
    {
        var all = All(settings);
        return NearestWord.Find(Template(name), all.Concat(WithFieldOf(name))) is { } near ? $"Did you mean '{near}'?" : NearestWord.Hint(Template(name), all);
    }

    private List<string> All(IEnumerable<string> settings)
    {
        IEnumerable<string> input = TakesInput ? [Input] : [];
        IEnumerable<string> taken = TakesSettings ? settings.Take(NearestWord.MostKnown).Select(setting => Settings + setting) : [];
        return [.. input.Concat(Names).Concat(taken).Select(Template)];
    }

    /// <summary>So that <c>inptu.order</c> is near to <c>input.order</c>.</summary>
    private IEnumerable<string> WithFieldOf(string name) =>
        TakesInput && name.IndexOf('.', StringComparison.Ordinal) is >= 0 and var dot ? [Template(Input + name[dot..])] : [];

    private static string Template(string name) => "{{" + name + "}}";
}
