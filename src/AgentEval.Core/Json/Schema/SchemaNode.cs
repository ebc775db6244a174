using System.Text.Json.Nodes;

namespace AgentEval.Core.Json.Schema;

/// <summary>One (sub)schema, compiled: its keywords in the order they must be applied.</summary>
internal sealed class SchemaNode(string path)
{
    /// <summary>JSON Pointer from the root schema, such as <c>#/properties/a</c>.</summary>
    public string Path => path;

    /// <summary>The schemas <c>true</c> and <c>false</c>.</summary>
    public bool? Constant { get; set; }

    public List<SchemaKeyword> Keywords { get; } = [];

    /// <param name="value">The instance.</param>
    /// <param name="place">Where it stands.</param>
    /// <param name="run">The validation going on.</param>
    /// <param name="evaluated">Learns which members and elements this schema looked at; null: nobody asks.</param>
    public bool Apply(JsonNode? value, InstancePlace place, SchemaRun run, EvaluatedParts? evaluated)
    {
        if (Constant is { } constant)
        {
            return constant || run.Fail(place, Path, "is not allowed here");
        }

        if (!run.Enter(place, Path))
        {
            return false;
        }

        var own = run.TracksEvaluated ? new EvaluatedParts() : null;
        var valid = true;
        foreach (var keyword in Keywords)
        {
            valid &= keyword.Apply(value, place, run, own);
        }

        run.Leave();
        if (valid && own is not null)
        {
            evaluated?.Add(own);
        }

        return valid;
    }
}

/// <summary>A keyword of a schema, ready to be applied.</summary>
internal abstract class SchemaKeyword(string path)
{
    /// <summary>JSON Pointer from the root schema, such as <c>#/properties/a/type</c>.</summary>
    protected string Path => path;

    public abstract bool Apply(JsonNode? value, InstancePlace place, SchemaRun run, EvaluatedParts? evaluated);
}

/// <summary>Where an instance stands; a chain, so that a path is only written when something is wrong.</summary>
internal sealed class InstancePlace(InstancePlace? parent, string token)
{
    public string Pointer => parent is null
        ? ""
        : parent.Pointer + "/" + token.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    public InstancePlace Child(string name) => new(this, name);

    public InstancePlace Child(int index) => new(this, index.ToString(System.Globalization.CultureInfo.InvariantCulture));
}

/// <summary>Members and elements that a schema looked at, for <c>unevaluatedProperties</c> and <c>unevaluatedItems</c>.</summary>
internal sealed class EvaluatedParts
{
    public HashSet<string> Properties { get; } = new(StringComparer.Ordinal);

    public HashSet<int> Items { get; } = [];

    public void Add(EvaluatedParts other)
    {
        Properties.UnionWith(other.Properties);
        Items.UnionWith(other.Items);
    }
}
