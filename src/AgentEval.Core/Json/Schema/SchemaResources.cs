using System.Text.Json;
using System.Text.Json.Nodes;

namespace AgentEval.Core.Json.Schema;

/// <summary>The names by which the parts of a schema document can be referred to: <c>$id</c>, <c>$anchor</c>, and JSON Pointers below them.</summary>
internal sealed class SchemaResources
{
    private readonly Dictionary<string, JsonNode?> _documents = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (JsonNode Schema, Uri BaseUri)> _anchors = new(StringComparer.Ordinal);

    public void AddRoot(Uri uri, JsonNode? document) => _documents[Key(uri)] = document;

    /// <summary>Learns a subschema's own names and returns the URI its references start from.</summary>
    public Uri Register(JsonObject schema, Uri baseUri)
    {
        var own = Text(schema, "$id") is { } id && Uri.TryCreate(baseUri, id, out var uri) ? uri : baseUri;
        if (own != baseUri)
        {
            _documents.TryAdd(Key(own), schema);
        }

        if (Text(schema, "$anchor") is { } anchor)
        {
            _anchors.TryAdd(Key(own) + "#" + anchor, (schema, own));
        }

        return own;
    }

    /// <summary>Null: the document has no such part. The pointer is for messages: from the resource it was found in.</summary>
    public (JsonNode? Schema, string Pointer, Uri BaseUri)? Find(Uri target)
    {
        var fragment = Uri.UnescapeDataString(target.Fragment.TrimStart('#'));
        if (fragment.Length > 0 && fragment[0] != '/')
        {
            return _anchors.TryGetValue(Key(target) + "#" + fragment, out var anchored) ? (anchored.Schema, fragment, anchored.BaseUri) : null;
        }

        if (!_documents.TryGetValue(Key(target), out var node))
        {
            return null;
        }

        var baseUri = new Uri(Key(target));
        foreach (var token in fragment.Split('/').Skip(1))
        {
            if (!TryStep(node, token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal), out node))
            {
                return null;
            }

            baseUri = node is JsonObject json && Text(json, "$id") is { } id && Uri.TryCreate(baseUri, id, out var inner) ? inner : baseUri;
        }

        return (node, fragment, baseUri);
    }

    private static bool TryStep(JsonNode? node, string token, out JsonNode? next)
    {
        next = null;
        if (node is JsonArray array && int.TryParse(token, System.Globalization.CultureInfo.InvariantCulture, out var index) && index >= 0 && index < array.Count)
        {
            next = array[index];
            return true;
        }

        return node is JsonObject json && json.TryGetPropertyValue(token, out next);
    }

    private static string? Text(JsonObject json, string key) => json[key]?.GetValueKind() == JsonValueKind.String ? json[key]!.GetValue<string>() : null;

    private static string Key(Uri uri) => uri.OriginalString.Length > 0 && uri.IsAbsoluteUri && uri.Fragment.Length > 0
        ? uri.AbsoluteUri[..^uri.Fragment.Length]
        : uri.AbsoluteUri;
}
