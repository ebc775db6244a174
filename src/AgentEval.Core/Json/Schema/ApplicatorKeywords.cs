using System.Text.Json.Nodes;

namespace AgentEval.Core.Json.Schema;

/// <summary><c>$ref</c>: the target is filled in when every schema is known.</summary>
internal sealed class RefKeyword(string path) : SchemaKeyword(path)
{
    public SchemaNode? Target { get; set; }

    public override bool Apply(JsonNode? value, InstancePlace place, SchemaRun run, EvaluatedParts? evaluated) =>
        Target!.Apply(value, place, run, evaluated);
}

internal sealed class AllOfKeyword(string path, IReadOnlyList<SchemaNode> parts) : SchemaKeyword(path)
{
    public override bool Apply(JsonNode? value, InstancePlace place, SchemaRun run, EvaluatedParts? evaluated)
    {
        var valid = true;
        foreach (var part in parts)
        {
            valid &= part.Apply(value, place, run, evaluated);
        }

        return valid;
    }
}

internal sealed class AnyOfKeyword(string path, IReadOnlyList<SchemaNode> parts) : SchemaKeyword(path)
{
    public override bool Apply(JsonNode? value, InstancePlace place, SchemaRun run, EvaluatedParts? evaluated)
    {
        var silent = run.Silent();
        var valid = false;
        foreach (var part in parts)
        {
            valid |= part.Apply(value, place, silent, evaluated);
            if (valid && evaluated is null)
            {
                break;
            }
        }

        return valid || run.Fail(place, Path, $"fits none of {parts.Count} alternatives");
    }
}

internal sealed class OneOfKeyword(string path, IReadOnlyList<SchemaNode> parts) : SchemaKeyword(path)
{
    public override bool Apply(JsonNode? value, InstancePlace place, SchemaRun run, EvaluatedParts? evaluated)
    {
        var silent = run.Silent();
        var fitting = parts.Count(part => part.Apply(value, place, silent, evaluated));
        return fitting == 1 || run.Fail(place, Path, $"fits {fitting} of {parts.Count} alternatives instead of exactly one");
    }
}

internal sealed class NotKeyword(string path, SchemaNode part) : SchemaKeyword(path)
{
    public override bool Apply(JsonNode? value, InstancePlace place, SchemaRun run, EvaluatedParts? evaluated) =>
        (!part.Apply(value, place, run.Silent(), null) && !run.Exhausted) || run.Fail(place, Path, "fits what it must not fit");
}

internal sealed class IfKeyword(string path, SchemaNode condition, SchemaNode? then, SchemaNode? otherwise) : SchemaKeyword(path)
{
    public override bool Apply(JsonNode? value, InstancePlace place, SchemaRun run, EvaluatedParts? evaluated)
    {
        var branch = condition.Apply(value, place, run.Silent(), evaluated) ? then : otherwise;
        return branch?.Apply(value, place, run, evaluated) ?? true;
    }
}

/// <summary><c>properties</c>, <c>patternProperties</c> and <c>additionalProperties</c>, which depend on each other.</summary>
internal sealed class MembersKeyword(
    string path,
    IReadOnlyDictionary<string, SchemaNode> named,
    IReadOnlyList<(LinearPattern Pattern, SchemaNode Schema)> patterns,
    SchemaNode? additional) : SchemaKeyword(path)
{
    public override bool Apply(JsonNode? value, InstancePlace place, SchemaRun run, EvaluatedParts? evaluated)
    {
        var valid = true;
        foreach (var (name, member) in value as JsonObject ?? [])
        {
            var known = named.TryGetValue(name, out var schema);
            var child = place.Child(name);
            if (known)
            {
                valid &= schema!.Apply(member, child, run, null);
            }

            foreach (var (_, matching) in patterns.Where(entry => entry.Pattern.IsMatch(name)))
            {
                known = true;
                valid &= matching.Apply(member, child, run, null);
            }

            if (!known && additional is not null)
            {
                known = true;
                valid &= additional.Apply(member, child, run, null);
            }

            if (known)
            {
                evaluated?.Properties.Add(name);
            }
        }

        return valid;
    }
}

internal sealed class PropertyNamesKeyword(string path, SchemaNode names) : SchemaKeyword(path)
{
    public override bool Apply(JsonNode? value, InstancePlace place, SchemaRun run, EvaluatedParts? evaluated)
    {
        var valid = true;
        foreach (var (name, _) in value as JsonObject ?? [])
        {
            valid &= names.Apply(JsonValue.Create(name), place.Child(name), run, null);
        }

        return valid;
    }
}

internal sealed class DependentSchemasKeyword(string path, IReadOnlyDictionary<string, SchemaNode> schemas) : SchemaKeyword(path)
{
    public override bool Apply(JsonNode? value, InstancePlace place, SchemaRun run, EvaluatedParts? evaluated)
    {
        var valid = true;
        foreach (var (name, schema) in schemas)
        {
            if (value is JsonObject json && json.ContainsKey(name))
            {
                valid &= schema.Apply(value, place, run, evaluated);
            }
        }

        return valid;
    }
}

/// <summary><c>prefixItems</c> and <c>items</c>.</summary>
internal sealed class ItemsKeyword(string path, IReadOnlyList<SchemaNode> prefix, SchemaNode? rest) : SchemaKeyword(path)
{
    public override bool Apply(JsonNode? value, InstancePlace place, SchemaRun run, EvaluatedParts? evaluated)
    {
        if (value is not JsonArray array)
        {
            return true;
        }

        var valid = true;
        for (var i = 0; i < array.Count; i++)
        {
            if ((i < prefix.Count ? prefix[i] : rest) is { } schema)
            {
                valid &= schema.Apply(array[i], place.Child(i), run, null);
                evaluated?.Items.Add(i);
            }
        }

        return valid;
    }
}

internal sealed class ContainsKeyword(string path, SchemaNode item, int minimum, int? maximum) : SchemaKeyword(path)
{
    public override bool Apply(JsonNode? value, InstancePlace place, SchemaRun run, EvaluatedParts? evaluated)
    {
        if (value is not JsonArray array)
        {
            return true;
        }

        var (silent, fitting) = (run.Silent(), 0);
        for (var i = 0; i < array.Count; i++)
        {
            if (item.Apply(array[i], place.Child(i), silent, null))
            {
                fitting++;
                evaluated?.Items.Add(i);
            }
        }

        return (fitting >= minimum && !(fitting > maximum)) || run.Fail(place, Path, $"contains {fitting} fitting elements");
    }
}

/// <summary>Applied last: sees what every other keyword of its schema looked at.</summary>
internal sealed class UnevaluatedPropertiesKeyword(string path, SchemaNode schema) : SchemaKeyword(path)
{
    public override bool Apply(JsonNode? value, InstancePlace place, SchemaRun run, EvaluatedParts? evaluated)
    {
        var valid = true;
        foreach (var (name, member) in value as JsonObject ?? [])
        {
            if (evaluated!.Properties.Add(name))
            {
                valid &= schema.Apply(member, place.Child(name), run, null);
            }
        }

        return valid;
    }
}

/// <inheritdoc cref="UnevaluatedPropertiesKeyword"/>
internal sealed class UnevaluatedItemsKeyword(string path, SchemaNode schema) : SchemaKeyword(path)
{
    public override bool Apply(JsonNode? value, InstancePlace place, SchemaRun run, EvaluatedParts? evaluated)
    {
        var valid = true;
        for (var i = 0; value is JsonArray array && i < array.Count; i++)
        {
            if (evaluated!.Items.Add(i))
            {
                valid &= schema.Apply(array[i], place.Child(i), run, null);
            }
        }

        return valid;
    }
}
