using AgentEval.Core.Api;
using Microsoft.OpenApi;

namespace AgentEval.Functions.Triggers.OpenApi;

/// <summary>How the API answers when it does not do what was asked, described once for all routes.</summary>
internal static class ProblemAnswers
{
    /// <summary>Any other status.</summary>
    public const string Unforeseen = "Unforeseen";

    private const int Unauthorized = 401;

    /// <summary>With them goes <c>Retry-After</c>.</summary>
    private static readonly int[] Passing = [429, 503];

    private static readonly Dictionary<int, (string Name, string Description)> Known = new()
    {
        [400] = ("Invalid", "The request is malformed; errors names every problem at once, with its path"),
        [Unauthorized] = ("Unauthorized", "The key is missing or wrong; no body"),
        [404] = ("NotFound", "There is no such thing, or not in this version"),
        [409] = ("Conflict", "It contradicts what is there already; detail or errors says what"),
        [411] = ("LengthRequired", "The body came without Content-Length"),
        [413] = ("TooLarge", "The body is too large"),
        [415] = ("UnsupportedMediaType", "The body is of another type than those listed, or not in UTF-8"),
        [422] = ("Refused", "Well formed, but refused by a check of submissions; errors and checks say why"),
        [429] = ("TooManyRuns", "The queue of runs is full"),
        [503] = ("Unavailable", "The storage account or the host is away for a while; nothing was lost"),
    };

    public static Dictionary<string, IOpenApiResponse> All(SchemaRegister schemas)
    {
        var all = Known.ToDictionary(
            known => known.Value.Name,
            IOpenApiResponse (known) => Describe(schemas, known.Value.Description, known.Key != Unauthorized, Passing.Contains(known.Key)));
        all[Unforeseen] = Describe(schemas, "What nobody foresaw; the app's log says more", hasBody: true, isPassing: false);
        return all;
    }

    public static string NameOf(int status) => Known[status].Name;

    private static OpenApiResponse Describe(SchemaRegister schemas, string description, bool hasBody, bool isPassing) => new()
    {
        Description = description,
        Headers = isPassing ? new Dictionary<string, IOpenApiHeader> { ["Retry-After"] = Header(schemas, Shapes.RetryAfter) } : null,
        Content = hasBody
            ? new Dictionary<string, OpenApiMediaType> { ["application/problem+json"] = new OpenApiMediaType { Schema = schemas.ForType(typeof(ApiProblem)) } }
            : null,
    };

    private static OpenApiHeader Header(SchemaRegister schemas, Field field) => new() { Description = field.Description, Schema = field.Shape(schemas) };
}
