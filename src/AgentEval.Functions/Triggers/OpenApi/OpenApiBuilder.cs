using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.OpenApi;

namespace AgentEval.Functions.Triggers.OpenApi;

/// <summary>Describes the API from the functions themselves: their routes, methods and keys are read from their attributes.</summary>
internal static class OpenApiBuilder
{
    private const string KeyScheme = "functionKey";

    private static readonly Regex RouteParameter = new(@"\{\*?([A-Za-z]+)[^}]*\}", RegexOptions.NonBacktracking);

    public static async Task<string> BuildAsync(string version, CancellationToken cancellationToken)
    {
        var document = new OpenApiDocument
        {
            Info = new OpenApiInfo { Title = "AgentEval", Version = version, Description = "Evaluate AI agents: submit runs, follow them, read their verdicts." },
            Servers = [new OpenApiServer { Url = "/api" }],
            Components = new OpenApiComponents { SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme> { [KeyScheme] = FunctionKey() } },
            Paths = [],
        };
        var schemas = new SchemaRegister(document);
        document.Components.Responses = ProblemAnswers.All(schemas);
        foreach (var route in Routes())
        {
            Add(document, schemas, route);
        }

        return await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, cancellationToken);
    }

    /// <summary>Every HTTP function of the app.</summary>
    public static IReadOnlyList<HttpRoute> Routes() =>
    [
        .. from type in typeof(OpenApiBuilder).Assembly.GetTypes()
           from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static)
           let function = method.GetCustomAttribute<FunctionAttribute>()
           let trigger = method.GetParameters().Select(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>()).FirstOrDefault(found => found is not null)
           where function is not null && trigger is not null
           orderby trigger.Route, function.Name
           select new HttpRoute(function.Name, trigger.Route!, trigger.Methods!, trigger.AuthLevel != AuthorizationLevel.Anonymous),
    ];

    private static void Add(OpenApiDocument document, SchemaRegister schemas, HttpRoute route)
    {
        var path = "/" + RouteParameter.Replace(route.Template, "{$1}");
        if (!document.Paths.TryGetValue(path, out var item))
        {
            item = new OpenApiPathItem { Operations = [] };
            document.Paths.Add(path, item);
        }

        foreach (var method in route.Methods)
        {
            item.Operations!.Add(HttpMethod.Parse(method), Describe(document, schemas, route, RouteDescriptions.All[route.Function]));
        }
    }

    private static OpenApiOperation Describe(OpenApiDocument document, SchemaRegister schemas, HttpRoute route, RouteDescription description) => new()
    {
        OperationId = char.ToLowerInvariant(route.Function[0]) + route.Function[1..],
        Summary = description.Summary,
        Parameters =
        [
            .. PathFields(route).Select(field => Parameter(schemas, ParameterLocation.Path, field)),
            .. description.Query.Select(field => Parameter(schemas, ParameterLocation.Query, field)),
            .. description.Headers.Select(field => Parameter(schemas, ParameterLocation.Header, field)),
        ],
        RequestBody = description.Body.Count == 0 ? null : new OpenApiRequestBody { Required = true, Content = Contents(schemas, description.Body) },
        Responses = Responses(document, schemas, route, description),
        Security = route.NeedsKey ? [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(KeyScheme, document)] = [] }] : [],
    };

    private static IEnumerable<Field> PathFields(HttpRoute route) =>
        RouteParameter.Matches(route.Template).Select(match => RouteDescriptions.PathField(match.Groups[1].Value));

    private static OpenApiParameter Parameter(SchemaRegister schemas, ParameterLocation place, Field field) => new()
    {
        Name = field.Name,
        In = place,
        Required = place == ParameterLocation.Path,
        Description = field.Description,
        Schema = field.Shape(schemas),
    };

    private static OpenApiResponses Responses(OpenApiDocument document, SchemaRegister schemas, HttpRoute route, RouteDescription description)
    {
        var answer = new OpenApiResponse { Description = description.Summary };
        if (description.Answer.Count > 0)
        {
            answer.Content = Contents(schemas, description.Answer);
        }

        if (description.AnswerHeaders.Count > 0)
        {
            answer.Headers = description.AnswerHeaders.ToDictionary(
                field => field.Name, IOpenApiHeader (field) => new OpenApiHeader { Description = field.Description, Schema = field.Shape(schemas) });
        }

        var responses = new OpenApiResponses { [$"{description.Status}"] = answer };
        foreach (var status in description.ProblemsOf(route))
        {
            responses[$"{status}"] = new OpenApiResponseReference(ProblemAnswers.NameOf(status), document);
        }

        responses["default"] = new OpenApiResponseReference(ProblemAnswers.Unforeseen, document);
        return responses;
    }

    private static Dictionary<string, OpenApiMediaType> Contents(SchemaRegister schemas, IReadOnlyList<Content> contents) =>
        contents.ToDictionary(content => content.MediaType, content => new OpenApiMediaType { Schema = content.Shape(schemas) });

    private static OpenApiSecurityScheme FunctionKey() => new()
    {
        Type = SecuritySchemeType.ApiKey,
        In = ParameterLocation.Header,
        Name = "x-functions-key",
    };
}

/// <param name="Function">Its name.</param>
/// <param name="Template">Below <c>/api</c>.</param>
/// <param name="Methods">In lower case.</param>
/// <param name="NeedsKey">False: anonymous.</param>
internal sealed record HttpRoute(string Function, string Template, IReadOnlyList<string> Methods, bool NeedsKey);
