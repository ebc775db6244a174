using System.Text.Json.Nodes;
using AgentEval.Functions.Triggers.OpenApi;

namespace AgentEval.Functions.Tests.Triggers.OpenApi;

/// <summary>The API's description as a client reads it: from its text alone, references followed.</summary>
internal sealed class ApiDescription
{
    private static readonly string[] Methods = ["get", "put", "post", "delete", "patch"];

    private ApiDescription(JsonObject root)
    {
        Root = root;
        Operations =
        [
            .. from path in root["paths"]!.AsObject()
               from operation in path.Value!.AsObject()
               where Methods.Contains(operation.Key)
               select new DescribedOperation(this, operation.Key.ToUpperInvariant(), path.Key, operation.Value!.AsObject()),
        ];
    }

    public JsonObject Root { get; }

    public IReadOnlyList<DescribedOperation> Operations { get; }

    public static async Task<ApiDescription> BuildAsync() => new(JsonNode.Parse(await OpenApiBuilder.BuildAsync("1.2.3", default))!.AsObject());

    public DescribedOperation Operation(string id) => Operations.Single(operation => operation.Id == id);

    /// <summary>Null: there is no such place in the document.</summary>
    public JsonNode? Find(string reference)
    {
        if (!reference.StartsWith("#/", StringComparison.Ordinal))
        {
            return null;
        }

        JsonNode? place = Root;
        foreach (var step in reference[2..].Split('/').Select(step => Uri.UnescapeDataString(step).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)))
        {
            place = place switch
            {
                JsonObject parent => parent[step],
                JsonArray items when int.TryParse(step, out var index) && index < items.Count => items[index],
                _ => null,
            };
        }

        return place;
    }

    public JsonObject Follow(JsonNode node) => (string?)node["$ref"] is { } reference ? Follow(Find(reference)!) : node.AsObject();

    /// <summary>The node and all below it.</summary>
    public static IEnumerable<JsonNode> Everything(JsonNode node) => node switch
    {
        JsonObject parent => parent.Select(each => each.Value).OfType<JsonNode>().SelectMany(Everything).Prepend(node),
        JsonArray items => items.OfType<JsonNode>().SelectMany(Everything).Prepend(node),
        _ => [node],
    };
}

internal sealed record DescribedParameter(string Name, string Place, JsonObject Node, JsonObject Schema);

internal sealed class DescribedOperation(ApiDescription api, string method, string path, JsonObject node)
{
    public string Id => (string)node["operationId"]!;

    public string Method => method;

    public string Path => path;

    public JsonObject Node => node;

    public IReadOnlyList<DescribedParameter> Parameters { get; } =
    [
        .. (node["parameters"]?.AsArray() ?? []).Select(each => api.Follow(each!))
            .Select(each => new DescribedParameter((string)each["name"]!, (string)each["in"]!, each, api.Follow(each["schema"]!))),
    ];

    public IEnumerable<DescribedParameter> Query => Parameters.Where(parameter => parameter.Place == "query");

    /// <summary>By status, or <c>default</c>.</summary>
    public IReadOnlyDictionary<string, JsonObject> Answers { get; } = node["responses"]!.AsObject().ToDictionary(each => each.Key, each => api.Follow(each.Value!));

    /// <summary>The types a body may have; empty: it takes none.</summary>
    public IReadOnlyList<string> BodyTypes => [.. node["requestBody"]?["content"]?.AsObject().Select(each => each.Key) ?? []];

    public override string ToString() => $"{method} {path}";
}
