using System.Text.Json;
using System.Text.Json.Nodes;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Json;

/// <summary>
/// Reads the options of a criterion or a validator from a JSON object; everything wrong is reported with its path, and a default is returned instead.
/// </summary>
internal sealed class OptionObject
{
    private readonly JsonObject _json;
    private readonly string _path;
    private readonly ProblemList _problems;

    /// <param name="json">The options as given.</param>
    /// <param name="path">Where they stand in the user's document.</param>
    /// <param name="problems">Gets what is wrong.</param>
    /// <param name="keys">Every known key; others are errors.</param>
    public OptionObject(JsonObject json, string path, ProblemList problems, params ReadOnlySpan<string> keys)
    {
        (_json, _path, _problems) = (json, path, problems);
        foreach (var (key, _) in json)
        {
            if (!keys.Contains(key))
            {
                problems.Error(At(key), ProblemCodes.UnknownKey, $"Unknown key '{key}'. {NearestWord.Hint(key, keys.ToArray())}");
            }
        }
    }

    public bool Has(string key) => _json[key] is not null;

    public JsonNode? Node(string key) => _json[key];

    public string At(string key) => ProblemList.Join(_path, key);

    public string? Text(string key, bool required = false)
    {
        if (_json[key] is not { } node)
        {
            ReportMissing(key, required);
            return null;
        }

        return node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : Wrong<string>(key, "a text");
    }

    public bool Flag(string key, bool fallback) => _json[key] switch
    {
        null => fallback,
        { } node when node.GetValueKind() is JsonValueKind.True or JsonValueKind.False => node.GetValue<bool>(),
        _ => Wrong(key, "true or false", fallback),
    };

    /// <summary>Null when absent or wrong.</summary>
    public double? Number(string key, double minimum = 0, double maximum = double.MaxValue, bool required = false)
    {
        if (_json[key] is not { } node)
        {
            ReportMissing(key, required);
            return null;
        }

        if (!Numbers.TryRead(node, out var value))
        {
            return Wrong<double?>(key, "a number");
        }

        if (value >= minimum && value <= maximum)
        {
            return value;
        }

        var range = maximum == double.MaxValue ? $"at least {minimum}" : $"from {minimum} to {maximum}";
        _problems.Error(At(key), ProblemCodes.OutOfRange, $"'{key}' must be {range}.");
        return null;
    }

    /// <summary>Null when absent or wrong.</summary>
    public int? Integer(string key, int minimum = 0)
    {
        if (Number(key, minimum, int.MaxValue) is not { } value)
        {
            return null;
        }

        return value == Math.Truncate(value) ? (int)value : Wrong<int?>(key, "a whole number");
    }

    /// <summary>A list of texts, none empty; absent: an empty list.</summary>
    public IReadOnlyList<string> Texts(string key) => _json[key] is { } node ? ReadTexts(node, At(key), _problems) ?? [] : [];

    public static IReadOnlyList<string>? ReadTexts(JsonNode? node, string path, ProblemList problems)
    {
        if (node is not JsonArray { Count: > 0 } array)
        {
            problems.Error(path, ProblemCodes.WrongType, "Give a list of texts, at least one.");
            return null;
        }

        var texts = new List<string>(array.Count);
        for (var i = 0; i < array.Count; i++)
        {
            if (array[i]?.GetValueKind() == JsonValueKind.String && array[i]!.GetValue<string>() is { Length: > 0 } text)
            {
                texts.Add(text);
            }
            else
            {
                problems.Error($"{path}[{i}]", ProblemCodes.WrongType, "Give a text that is not empty.");
            }
        }

        return texts.Count == array.Count ? texts : null;
    }

    /// <summary>One of an enumeration's names in camelCase.</summary>
    public TEnum Choice<TEnum>(string key, TEnum fallback)
        where TEnum : struct, Enum
    {
        if (_json[key] is not { } node)
        {
            return fallback;
        }

        if (node.GetValueKind() == JsonValueKind.String && TryName(node.GetValue<string>(), out TEnum value))
        {
            return value;
        }

        _problems.Error(At(key), ProblemCodes.InvalidValue, $"'{key}' must be one of: {string.Join(", ", Names<TEnum>())}.");
        return fallback;
    }

    public static bool TryName<TEnum>(string name, out TEnum value)
        where TEnum : struct, Enum
    {
        foreach (var candidate in Enum.GetValues<TEnum>())
        {
            if (JsonNamingPolicy.CamelCase.ConvertName(candidate.ToString()) == name)
            {
                value = candidate;
                return true;
            }
        }

        value = default;
        return false;
    }

    public static IEnumerable<string> Names<TEnum>()
        where TEnum : struct, Enum => Enum.GetNames<TEnum>().Select(JsonNamingPolicy.CamelCase.ConvertName);

    private void ReportMissing(string key, bool required)
    {
        if (required)
        {
            _problems.Error(At(key), ProblemCodes.Required, $"'{key}' is missing.");
        }
    }

    private T? Wrong<T>(string key, string wanted, T? fallback = default)
    {
        _problems.Error(At(key), ProblemCodes.WrongType, $"'{key}' must be {wanted}.");
        return fallback;
    }
}
