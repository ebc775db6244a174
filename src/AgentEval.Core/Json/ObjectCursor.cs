using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Json;

/// <summary>
/// Reads the members of one JSON object. Everything wrong is reported with its path and answered with null, so that one pass finds all there is to mend.
/// A member that is null counts as absent.
/// </summary>
internal sealed class ObjectCursor
{
    private readonly JsonObject _json;
    private readonly IReadOnlyList<string> _keys;

    /// <summary>Reports every key that is not among <paramref name="keys"/>.</summary>
    public ObjectCursor(JsonObject json, string path, ProblemList problems, IReadOnlyList<string> keys)
    {
        (_json, Path, Problems, _keys) = (json, path, problems, keys);
        foreach (var (key, _) in json)
        {
            if (!keys.Contains(key))
            {
                problems.Error(At(key), ProblemCodes.UnknownKey, () => $"Unknown key '{Found.Cut(key)}'. {NearestWord.Hint(key, keys)}");
            }
        }
    }

    public string Path { get; }

    public ProblemList Problems { get; }

    public JsonObject Json => _json;

    /// <summary>Null after reporting that the node is not an object, and for an absent node.</summary>
    public static ObjectCursor? Open(JsonNode? node, string path, ProblemList problems, IReadOnlyList<string> keys)
    {
        if (node is JsonObject json)
        {
            return new ObjectCursor(json, path, problems, keys);
        }

        if (node is not null)
        {
            problems.Error(path, ProblemCodes.WrongType, $"Must be an object, but is {Found.Describe(node)}.");
        }

        return null;
    }

    /// <summary>The path of a member. A key of a user's own may be of any length: its beginning must do.</summary>
    public string At(string key) => ProblemList.Join(Path, Found.Cut(key));

    /// <summary>Present and not null.</summary>
    public bool Has(string key) => Node(key) is not null;

    /// <summary>Present with the value null.</summary>
    public bool IsNull(string key) => _json.TryGetPropertyValue(key, out var value) && value is null;

    public JsonNode? Node(string key)
    {
        // A key that is read but not declared would be refused in every document.
        System.Diagnostics.Debug.Assert(_keys.Contains(key), $"'{key}' is not among the declared keys.");
        return _json.TryGetPropertyValue(key, out var value) ? value : null;
    }

    public void Error(string key, string code, string message) => Problems.Error(At(key), code, message);

    public void Warning(string key, string code, string message) => Problems.Warning(At(key), code, message);

    /// <summary>Reports a key of the format that this version does nothing with.</summary>
    public void NotAvailable(string key, string? what = null)
    {
        if (Has(key))
        {
            Error(key, ProblemCodes.NotAvailable, $"{what ?? $"'{key}'"} is not available in this version. Remove it.");
        }
    }

    /// <summary>Warns of a limit that is taken and recorded, but not kept yet.</summary>
    public void NotEnforced(string key)
    {
        if (Has(key))
        {
            Warning(key, ProblemCodes.NotAvailable, $"'{key}' is not enforced in this version.");
        }
    }

    public JsonNode? Required(string key)
    {
        var node = Node(key);
        if (node is null)
        {
            Error(key, ProblemCodes.Required, $"'{key}' is missing.");
        }

        return node;
    }

    /// <param name="key">The member.</param>
    /// <param name="required">Whether its absence is a problem.</param>
    /// <param name="mayBeEmpty">Whether <c>""</c> is allowed.</param>
    /// <param name="maximum">UTF-16 units.</param>
    public string? Text(string key, bool required = false, bool mayBeEmpty = false, int maximum = int.MaxValue)
    {
        var node = required ? Required(key) : Node(key);
        if (node is null)
        {
            return null;
        }

        if (node.GetValueKind() != JsonValueKind.String)
        {
            var quote = node is JsonValue ? " Put it in quotes." : "";
            return Wrong<string>(key, node, "a text", quote);
        }

        var text = node.GetValue<string>();
        if (text.Length == 0 && !mayBeEmpty)
        {
            Error(key, ProblemCodes.InvalidValue, $"'{key}' must not be empty.");
            return null;
        }

        if (text.Length > maximum)
        {
            Error(key, ProblemCodes.TooLarge, $"'{key}' has {text.Length} characters; at most {maximum} are allowed.");
            return null;
        }

        return text;
    }

    /// <summary>As <see cref="Text"/>; a number is taken as it is written (<c>version: 1.10</c>).</summary>
    public string? TextOrNumber(string key, bool required = false, int maximum = int.MaxValue) =>
        Node(key) is JsonValue value && value.GetValueKind() == JsonValueKind.Number ? value.ToJsonString() : Text(key, required, maximum: maximum);

    public bool? Flag(string key)
    {
        var node = Node(key);
        return node?.GetValueKind() switch
        {
            null => null,
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => Wrong<bool?>(key, node, "true or false"),
        };
    }

    /// <summary>A finite number from <paramref name="minimum"/> to <paramref name="maximum"/>, or above <paramref name="minimum"/> if it is exclusive.</summary>
    public double? Number(string key, double minimum = 0, double maximum = double.MaxValue, bool above = false, bool required = false)
    {
        var node = required ? Required(key) : Node(key);
        if (node is null)
        {
            return null;
        }

        if (!Numbers.TryRead(node, out var value))
        {
            return Wrong<double?>(key, node, "a number");
        }

        if (value >= minimum && value <= maximum && !(above && value <= minimum))
        {
            return value;
        }

        return OutOfRange<double?>(key, node, Range(above ? $"above {Show(minimum)}" : null, minimum, maximum));
    }

    public decimal? Money(string key, bool required = false) => Number(key, 0, 1e12, required: required) is { } value ? (decimal)value : null;

    public int? Integer(string key, int minimum = 0, int maximum = int.MaxValue) => (int?)Long(key, minimum, maximum);

    public long? Long(string key, long minimum, long maximum)
    {
        var node = Node(key);
        if (node is null)
        {
            return null;
        }

        if (!Numbers.TryRead(node, out var number) || number != Math.Truncate(number))
        {
            return Wrong<long?>(key, node, "a whole number");
        }

        if (number >= minimum && number <= maximum && decimal.TryParse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var exact)
            && exact >= minimum && exact <= maximum)
        {
            return (long)exact;
        }

        return OutOfRange<long?>(key, node, Range(null, minimum, maximum));
    }

    /// <summary>One of an enumeration's names, in camelCase.</summary>
    public TEnum? Choice<TEnum>(string key)
        where TEnum : struct, Enum
    {
        var names = Enum.GetNames<TEnum>().Select(JsonNamingPolicy.CamelCase.ConvertName).ToList();
        var index = ChoiceOf(key, names) is { } name ? names.IndexOf(name) : -1;
        return index < 0 ? null : Enum.GetValues<TEnum>()[index];
    }

    public string? ChoiceOf(string key, IReadOnlyCollection<string> names, bool required = false)
    {
        var text = Text(key, required);
        if (text is null || names.Contains(text))
        {
            return text;
        }

        Problems.Error(At(key), ProblemCodes.InvalidValue, () =>
        {
            var near = NearestWord.Find(text, names) is { } name ? $" Did you mean '{name}'?" : "";
            return $"'{key}' must be one of {string.Join(", ", names)}, but is \"{Found.Cut(text)}\".{near}";
        });
        return null;
    }

    /// <summary>An object as it is; null when absent or reported.</summary>
    public JsonObject? Object(string key)
    {
        var node = Node(key);
        return node is null or JsonObject ? (JsonObject?)node : Wrong<JsonObject>(key, node, "an object");
    }

    public ObjectCursor? Open(string key, IReadOnlyList<string> keys) => Object(key) is { } json ? new ObjectCursor(json, At(key), Problems, keys) : null;

    /// <summary>The elements of a list with their paths; none when absent or reported.</summary>
    public IEnumerable<(JsonNode? Node, string Path)> Items(string key)
    {
        var node = Node(key);
        if (node is JsonArray items)
        {
            return items.Select((item, index) => (item, $"{At(key)}[{index}]"));
        }

        if (node is not null)
        {
            Wrong<object>(key, node, "a list");
        }

        return [];
    }

    /// <summary>A list of texts, none of them empty; null when absent or reported.</summary>
    public IReadOnlyList<string>? Texts(string key, int maximum = int.MaxValue) => Node(key) switch
    {
        null => null,
        JsonArray list => Texts(list, At(key), Problems, maximum),
        { } node => Wrong<IReadOnlyList<string>>(key, node, "a list"),
    };

    /// <summary>The texts of a list; what is none of them is reported and left out.</summary>
    public static IReadOnlyList<string> Texts(JsonArray list, string path, ProblemList problems, int maximum = int.MaxValue)
    {
        var texts = new List<string>(list.Count);
        foreach (var (index, node) in list.Index())
        {
            if (node?.GetValueKind() != JsonValueKind.String || node.GetValue<string>() is not { Length: > 0 } text)
            {
                problems.Error($"{path}[{index}]", ProblemCodes.WrongType, $"Must be a text that is not empty, but is {Found.Describe(node)}.");
            }
            else if (text.Length > maximum)
            {
                problems.Error($"{path}[{index}]", ProblemCodes.TooLarge, $"Has {text.Length} characters; at most {maximum} are allowed.");
            }
            else
            {
                texts.Add(text);
            }
        }

        return texts;
    }

    /// <summary>The members of an object, each read by <paramref name="read"/> from a cursor over the same object.</summary>
    public IReadOnlyDictionary<string, T>? Map<T>(string key, Func<ObjectCursor, string, T?> read)
        where T : class
    {
        if (Object(key) is not { } json)
        {
            return null;
        }

        var cursor = new ObjectCursor(json, At(key), Problems, [.. json.Select(member => member.Key)]);
        var map = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var (name, _) in json)
        {
            if (read(cursor, name) is { } value)
            {
                map[name] = value;
            }
        }

        return map;
    }

    private T? Wrong<T>(string key, JsonNode node, string wanted, string remedy = "")
    {
        Error(key, ProblemCodes.WrongType, $"'{key}' must be {wanted}, but is {Found.Describe(node)}.{remedy}");
        return default;
    }

    private T? OutOfRange<T>(string key, JsonNode node, string range)
    {
        Error(key, ProblemCodes.OutOfRange, $"'{key}' must be {range}, but is {Found.Cut(node.ToJsonString())}.");
        return default;
    }

    private static string Range(string? above, double minimum, double maximum)
    {
        var unbounded = maximum is double.MaxValue or int.MaxValue or long.MaxValue;
        return (above, unbounded) switch
        {
            (null, true) => $"at least {Show(minimum)}",
            (null, false) => $"from {Show(minimum)} to {Show(maximum)}",
            (_, true) => above,
            _ => $"{above} and at most {Show(maximum)}",
        };
    }

    private static string Show(double value) => ((decimal)Math.Clamp(value, -1e20, 1e20)).ToString(CultureInfo.InvariantCulture);
}
