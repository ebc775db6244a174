using System.Text.Json;
using System.Text.Json.Nodes;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Json.Schema;

/// <summary>Reads the keywords of one schema object. Unknown keywords are annotations, as the specification has it.</summary>
internal sealed class KeywordReader(SchemaCompiler compiler, JsonObject json, string path, Uri baseUri)
{
    private readonly List<SchemaKeyword> _keywords = [];

    public IReadOnlyList<SchemaKeyword> Read()
    {
        ReadReferences();
        ReadValues();
        ReadNumbers();
        ReadTexts();
        ReadSizes();
        ReadCombinations();
        ReadMembers();
        ReadItems();
        ReadUnevaluated();
        return _keywords;
    }

    private void ReadReferences()
    {
        if (Text("$ref") is { } reference)
        {
            _keywords.Add(compiler.Reference(reference, At("$ref"), baseUri));
        }

        if (json.ContainsKey("$dynamicRef"))
        {
            compiler.Report(At("$dynamicRef"), ProblemCodes.Unsupported, "$dynamicRef is not supported; use $ref.");
        }

        _ = Schemas("$defs");
    }

    private void ReadValues()
    {
        if (json.TryGetPropertyValue("type", out var type))
        {
            var names = type is JsonArray several ? several.ToList() : [type];
            if (names.Count == 0 || names.Any(name => name?.GetValueKind() != JsonValueKind.String || !Assertions.TypeNames.Contains(name.GetValue<string>())))
            {
                compiler.Report(At("type"), ProblemCodes.InvalidValue, $"'type' is one or several of: {string.Join(", ", Assertions.TypeNames)}.");
                return;
            }

            var wanted = names.Select(name => name!.GetValue<string>()).ToList();
            Assert("type", value => wanted.Any(name => Assertions.IsOfType(value, name)), "must be " + string.Join(" or ", wanted));
        }

        if (Array("enum") is { } values)
        {
            Assert("enum", value => values.Any(allowed => JsonNode.DeepEquals(allowed, value)), "must be one of " + values.ToJsonString());
        }

        if (json.TryGetPropertyValue("const", out var constant))
        {
            Assert("const", value => JsonNode.DeepEquals(constant, value), "must be " + (constant?.ToJsonString() ?? "null"));
        }
    }

    private void ReadNumbers()
    {
        Compare("maximum", "at most", order => order <= 0);
        Compare("exclusiveMaximum", "below", order => order < 0);
        Compare("minimum", "at least", order => order >= 0);
        Compare("exclusiveMinimum", "above", order => order > 0);
        if (Number("multipleOf") is not { } divisor)
        {
            return;
        }

        if (divisor.Mantissa.Sign <= 0)
        {
            compiler.Report(At("multipleOf"), ProblemCodes.OutOfRange, "'multipleOf' must be above 0.");
            return;
        }

        Assert("multipleOf", Assertions.Number(number => number.IsMultipleOf(divisor)), "must be a multiple of " + json["multipleOf"]!.ToJsonString());
    }

    private void ReadTexts()
    {
        if (Text("pattern") is { } text && compiler.Pattern(text, At("pattern")) is { } pattern)
        {
            Assert("pattern", Assertions.Text(pattern.IsMatch), "must match " + text);
        }
    }

    private void ReadSizes()
    {
        Limit("maxLength", limit => Assertions.Text(text => Assertions.CodePoints(text) <= limit), "must have at most {0} characters");
        Limit("minLength", limit => Assertions.Text(text => Assertions.CodePoints(text) >= limit), "must have at least {0} characters");
        Limit("maxItems", limit => Assertions.Array(array => array.Count <= limit), "must have at most {0} elements");
        Limit("minItems", limit => Assertions.Array(array => array.Count >= limit), "must have at least {0} elements");
        Limit("maxProperties", limit => Assertions.Object(members => members.Count <= limit), "must have at most {0} members");
        Limit("minProperties", limit => Assertions.Object(members => members.Count >= limit), "must have at least {0} members");
        if (json["uniqueItems"]?.GetValueKind() == JsonValueKind.True)
        {
            Assert("uniqueItems", Assertions.Array(Assertions.AreUnique), "must have no element twice");
        }

        foreach (var name in Names(json["required"], "required"))
        {
            Assert("required", Assertions.Object(members => members.ContainsKey(name)), $"must have the member '{name}'");
        }

        foreach (var (name, dependents) in json["dependentRequired"] as JsonObject ?? [])
        {
            foreach (var dependent in Names(dependents, "dependentRequired"))
            {
                Assert(
                    "dependentRequired",
                    Assertions.Object(members => !members.ContainsKey(name) || members.ContainsKey(dependent)),
                    $"must have the member '{dependent}', since it has '{name}'");
            }
        }
    }

    private void ReadCombinations()
    {
        Combine("allOf", parts => new AllOfKeyword(At("allOf"), parts));
        Combine("anyOf", parts => new AnyOfKeyword(At("anyOf"), parts));
        Combine("oneOf", parts => new OneOfKeyword(At("oneOf"), parts));
        if (Schema("not") is { } not)
        {
            _keywords.Add(new NotKeyword(At("not"), not));
        }

        var (then, otherwise) = (Schema("then"), Schema("else"));
        if (Schema("if") is { } condition)
        {
            _keywords.Add(new IfKeyword(At("if"), condition, then, otherwise));
        }
    }

    private void ReadMembers()
    {
        var patterns = new List<(LinearPattern, SchemaNode)>();
        foreach (var (text, schema) in Schemas("patternProperties"))
        {
            if (compiler.Pattern(text, At("patternProperties")) is { } pattern)
            {
                patterns.Add((pattern, schema));
            }
        }

        var (named, additional) = (Schemas("properties"), Schema("additionalProperties"));
        if (named.Count > 0 || patterns.Count > 0 || additional is not null)
        {
            _keywords.Add(new MembersKeyword(path, named, patterns, additional));
        }

        if (Schema("propertyNames") is { } names)
        {
            _keywords.Add(new PropertyNamesKeyword(At("propertyNames"), names));
        }

        if (Schemas("dependentSchemas") is { Count: > 0 } dependents)
        {
            _keywords.Add(new DependentSchemasKeyword(At("dependentSchemas"), dependents));
        }
    }

    private void ReadItems()
    {
        var (prefix, rest) = (SchemaList("prefixItems"), Schema("items"));
        if (prefix.Count > 0 || rest is not null)
        {
            _keywords.Add(new ItemsKeyword(At("items"), prefix, rest));
        }

        if (Schema("contains") is { } item)
        {
            _keywords.Add(new ContainsKeyword(At("contains"), item, Count("minContains") ?? 1, Count("maxContains")));
        }
    }

    private void ReadUnevaluated()
    {
        if (Schema("unevaluatedProperties") is { } members)
        {
            compiler.UsesUnevaluated = true;
            _keywords.Add(new UnevaluatedPropertiesKeyword(At("unevaluatedProperties"), members));
        }

        if (Schema("unevaluatedItems") is { } items)
        {
            compiler.UsesUnevaluated = true;
            _keywords.Add(new UnevaluatedItemsKeyword(At("unevaluatedItems"), items));
        }
    }

    private void Compare(string key, string words, Func<int, bool> isMet)
    {
        if (Number(key) is { } limit)
        {
            Assert(key, Assertions.Number(number => isMet(number.CompareTo(limit))), $"must be {words} {json[key]!.ToJsonString()}");
        }
    }

    private void Limit(string key, Func<int, Func<JsonNode?, bool>> check, string message)
    {
        if (Count(key) is { } limit)
        {
            Assert(key, check(limit), message.Replace("{0}", limit.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal));
        }
    }

    private void Combine(string key, Func<IReadOnlyList<SchemaNode>, SchemaKeyword> create)
    {
        if (SchemaList(key) is { Count: > 0 } parts)
        {
            _keywords.Add(create(parts));
        }
    }

    private void Assert(string key, Func<JsonNode?, bool> isMet, string message) => _keywords.Add(new AssertionKeyword(At(key), isMet, message));

    private string At(string key) => path + "/" + key.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    private SchemaNode? Schema(string key) => json.TryGetPropertyValue(key, out var schema) ? compiler.Schema(schema, At(key), baseUri) : null;

    private Dictionary<string, SchemaNode> Schemas(string key)
    {
        var schemas = new Dictionary<string, SchemaNode>(StringComparer.Ordinal);
        if (json[key] is not JsonObject members)
        {
            Expect(key, !json.ContainsKey(key), "an object of schemas");
            return schemas;
        }

        foreach (var (name, schema) in members)
        {
            schemas[name] = compiler.Schema(schema, At(key) + "/" + name, baseUri);
        }

        return schemas;
    }

    private List<SchemaNode> SchemaList(string key) => Array(key) is { } array
        ? [.. array.Select((schema, index) => compiler.Schema(schema, $"{At(key)}/{index}", baseUri))]
        : [];

    private JsonArray? Array(string key)
    {
        Expect(key, !json.ContainsKey(key) || json[key] is JsonArray, "an array");
        return json[key] as JsonArray;
    }

    private string? Text(string key)
    {
        var isText = json[key]?.GetValueKind() == JsonValueKind.String;
        Expect(key, isText || !json.ContainsKey(key), "a text");
        return isText ? json[key]!.GetValue<string>() : null;
    }

    private JsonNumber? Number(string key)
    {
        var isNumber = JsonNumber.TryRead(json[key], out var number);
        Expect(key, isNumber || !json.ContainsKey(key), "a number");
        return isNumber ? number : null;
    }

    private int? Count(string key)
    {
        if (Number(key) is not { } number)
        {
            return null;
        }

        var isCount = number.IsInteger && Numbers.TryRead(json[key], out var value) && value is >= 0 and <= int.MaxValue;
        Expect(key, isCount, "a whole number of at least 0");
        return isCount && Numbers.TryRead(json[key], out var count) ? (int)count : null;
    }

    private List<string> Names(JsonNode? node, string key)
    {
        var names = (node as JsonArray ?? []).Where(name => name?.GetValueKind() == JsonValueKind.String).Select(name => name!.GetValue<string>()).ToList();
        Expect(key, node is null || (node is JsonArray array && names.Count == array.Count), "an array of names");
        return names;
    }

    private void Expect(string key, bool isSo, string what)
    {
        if (!isSo)
        {
            compiler.Report(At(key), ProblemCodes.WrongType, $"'{key}' must be {what}.");
        }
    }
}
