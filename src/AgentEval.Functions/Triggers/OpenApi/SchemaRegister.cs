using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using AgentEval.Core.Json;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;

namespace AgentEval.Functions.Triggers.OpenApi;

/// <summary>Each type of ours once, under <c>components</c>, wherever it is met; everything else stands in its place.</summary>
internal sealed class SchemaRegister
{
    private const string OwnNamespace = nameof(AgentEval) + ".";

    private readonly OpenApiDocument _document;
    private readonly JsonSchemaExporterOptions _exporter;
    private readonly Dictionary<string, object> _sources = [];

    public SchemaRegister(OpenApiDocument document)
    {
        _document = document;
        _document.Components!.Schemas = new Dictionary<string, IOpenApiSchema>();
        _exporter = new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Transform };
    }

    public IOpenApiSchema ForType(Type type) => IsOwn(type) ? new OpenApiSchemaReference(Register(type), _document) : Parse(Export(type));

    /// <param name="name">Of the component.</param>
    /// <param name="shape">Makes it; called once.</param>
    public IOpenApiSchema Named(string name, Shape shape)
    {
        Register(name, name, () => shape(this));
        return new OpenApiSchemaReference(name, _document);
    }

    private static bool IsOwn(Type type) => type.Namespace?.StartsWith(OwnNamespace, StringComparison.Ordinal) == true;

    private string Register(Type type)
    {
        var name = type.IsGenericType ? type.GetGenericArguments()[0].Name + "Page" : type.Name;
        Register(name, type, () => Parse(Export(type)));
        return name;
    }

    private void Register(string name, object source, Func<IOpenApiSchema> make)
    {
        if (_sources.TryAdd(name, source))
        {
            _document.Components!.Schemas![name] = make();
        }
        else if (!source.Equals(_sources[name]))
        {
            throw new InvalidOperationException($"{source} and {_sources[name]} cannot both be described as {name}.");
        }
    }

    private JsonNode Export(Type type) => AgentEvalJson.Options.GetJsonSchemaAsNode(type, _exporter);

    private OpenApiSchema Parse(JsonNode schema) =>
        OpenApiModelFactory.Parse<OpenApiSchema>(schema.ToJsonString(), OpenApiSpecVersion.OpenApi3_1, _document, out _, "json", new OpenApiReaderSettings())
            ?? throw new InvalidOperationException($"A shape cannot be described: {schema.ToJsonString()}");

    /// <summary>The exporter refers to what it has described before by its place below the type it began with, and there is no such place in the whole document.</summary>
    private JsonNode Transform(JsonSchemaExporterContext context, JsonNode node)
    {
        var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        var isRoot = context.Path.Length == 0;
        return node switch
        {
            _ when !isRoot && IsOwn(type) => Reference(Register(type), type != context.TypeInfo.Type || context.PropertyInfo is { IsGetNullable: true }),
            JsonObject repeated when repeated.ContainsKey("$ref") => Export(context.TypeInfo.Type),
            JsonObject words when isRoot && type.IsEnum => Worded(words),
            JsonValue => new JsonObject(),
            _ => node,
        };
    }

    private static JsonObject Reference(string name, bool isNullable)
    {
        var reference = new JsonObject { ["$ref"] = $"#/components/schemas/{name}" };
        return isNullable ? new JsonObject { ["anyOf"] = new JsonArray(reference, new JsonObject { ["type"] = "null" }) } : reference;
    }

    private static JsonObject Worded(JsonObject words)
    {
        words["type"] = "string";
        return words;
    }
}
