using Microsoft.OpenApi;

namespace AgentEval.Functions.Triggers.OpenApi;

/// <summary>Describes a value; types of ours become components of the document.</summary>
internal delegate IOpenApiSchema Shape(SchemaRegister schemas);

/// <summary>A parameter or a header.</summary>
internal sealed record Field(string Name, string Description, Shape Shape);

/// <summary>A body in one of the types it may have.</summary>
internal sealed record Content(string MediaType, Shape Shape);

/// <summary>What the API's description says of a function beyond its route.</summary>
/// <param name="Summary">One line for people.</param>
/// <param name="Status">Of the good answer.</param>
internal sealed record RouteDescription(string Summary, int Status)
{
    /// <summary>Empty: the good answer has no body.</summary>
    public IReadOnlyList<Content> Answer { get; init; } = [];

    public IReadOnlyList<Field> AnswerHeaders { get; init; } = [];

    /// <summary>Empty: the route takes no body.</summary>
    public IReadOnlyList<Content> Body { get; init; } = [];

    public IReadOnlyList<Field> Query { get; init; } = [];

    public IReadOnlyList<Field> Headers { get; init; } = [];

    /// <summary>Status codes of problems, but for those that every route with a key, a query or a body has.</summary>
    public IReadOnlyList<int> Problems { get; init; } = [];

    /// <summary>Every status code a client must be ready for, in rising order.</summary>
    public IReadOnlyList<int> ProblemsOf(HttpRoute route)
    {
        IEnumerable<int> ofKey = route.NeedsKey ? [401] : [];
        IEnumerable<int> ofQuery = Query.Count > 0 ? [400] : [];
        IEnumerable<int> ofBody = Body.Count > 0 ? [400, 411, 413, 415] : [];
        IEnumerable<int> ofStorage = route.NeedsKey && Status < 400 ? [503] : [];
        return [.. Problems.Concat(ofKey).Concat(ofQuery).Concat(ofBody).Concat(ofStorage).Distinct().Order()];
    }
}
