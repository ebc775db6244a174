using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.RegularExpressions;
using AgentEval.Core.Api;
using AgentEval.Core.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;

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
        Parameters = [.. PathParameters(route), .. description.Query.Select(QueryParameter)],
        RequestBody = description.Body is { } body ? RequestBody(schemas, body) : null,
        Responses = Responses(schemas, route, description),
        Security = route.NeedsKey ? [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(KeyScheme, document)] = [] }] : [],
    };

    private static IEnumerable<IOpenApiParameter> PathParameters(HttpRoute route) => RouteParameter.Matches(route.Template)
        .Select(match => new OpenApiParameter { Name = match.Groups[1].Value, In = ParameterLocation.Path, Required = true, Schema = Text() });

    private static IOpenApiParameter QueryParameter(string name) => new OpenApiParameter { Name = name, In = ParameterLocation.Query, Schema = Text() };

    private static OpenApiRequestBody RequestBody(SchemaRegister schemas, string body) => new()
    {
        Required = true,
        Content = new Dictionary<string, OpenApiMediaType> { ["application/json"] = new OpenApiMediaType { Schema = schemas.ForFile(body) } },
    };

    private static OpenApiResponses Responses(SchemaRegister schemas, HttpRoute route, RouteDescription description)
    {
        var answer = new OpenApiResponse { Description = description.Summary };
        if (description.Answer is not null || description.AnswerType != "application/json")
        {
            answer.Content = new Dictionary<string, OpenApiMediaType>
            {
                [description.AnswerType] = new OpenApiMediaType { Schema = description.Answer is { } type ? schemas.ForType(type) : Text() },
            };
        }

        var problem = new OpenApiResponse
        {
            Description = "What is wrong, and how to mend it",
            Content = new Dictionary<string, OpenApiMediaType> { ["application/problem+json"] = new OpenApiMediaType { Schema = schemas.ForType(typeof(ApiProblem)) } },
        };
        var responses = new OpenApiResponses { [$"{description.Status}"] = answer, ["default"] = problem };
        if (route.NeedsKey)
        {
            responses["401"] = new OpenApiResponse { Description = "The key is missing or wrong; no body" };
        }

        return responses;
    }

    private static OpenApiSecurityScheme FunctionKey() => new()
    {
        Type = SecuritySchemeType.ApiKey,
        In = ParameterLocation.Header,
        Name = "x-functions-key",
    };

    private static OpenApiSchema Text() => new() { Type = JsonSchemaType.String };

    /// <summary>Each shape once, under <c>components</c>.</summary>
    private sealed class SchemaRegister(OpenApiDocument document)
    {
        private static readonly JsonSchemaExporterOptions Exporter = new() { TreatNullObliviousAsNonNullable = true };

        public OpenApiSchemaReference ForType(Type type)
        {
            var name = type.IsGenericType ? type.GetGenericArguments()[0].Name + "Page" : type.Name;
            return Register(name, () => AgentEvalJson.Options.GetJsonSchemaAsNode(type, Exporter));
        }

        public IOpenApiSchema ForFile(string name) => name == "object"
            ? new OpenApiSchema { Type = JsonSchemaType.Object }
            : Register(name + "File", () => new JsonObject { ["type"] = "object", ["description"] = $"A {name}; its JSON Schema is at /api/schemas/{name}.json" });

        private OpenApiSchemaReference Register(string name, Func<JsonNode> export)
        {
            document.Components!.Schemas ??= new Dictionary<string, IOpenApiSchema>();
            if (!document.Components.Schemas.ContainsKey(name))
            {
                var schema = OpenApiModelFactory.Parse<OpenApiSchema>(export().ToJsonString(), OpenApiSpecVersion.OpenApi3_1, document, out _, "json", new OpenApiReaderSettings());
                document.Components.Schemas[name] = schema ?? throw new InvalidOperationException($"The shape of {name} cannot be described.");
            }

            return new OpenApiSchemaReference(name, document);
        }
    }
}

/// <param name="Function">Its name.</param>
/// <param name="Template">Below <c>/api</c>.</param>
/// <param name="Methods">In lower case.</param>
/// <param name="NeedsKey">False: anonymous.</param>
internal sealed record HttpRoute(string Function, string Template, IReadOnlyList<string> Methods, bool NeedsKey);
