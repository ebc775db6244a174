using System.Globalization;
using System.Text.Json.Nodes;
using AgentEval.Core.Api;
using AgentEval.Core.Runs;
using AgentEval.Core.Schedules;
using Microsoft.OpenApi;

namespace AgentEval.Functions.Triggers.OpenApi;

/// <summary>The values that the routes take and give.</summary>
internal static class Shapes
{
    /// <summary>What <c>GET /runs/{id}</c> answers, and every route that answers with a run.</summary>
    public static Shape Run => schemas => schemas.Named("Run", _ => new OpenApiSchema
    {
        Description = "A run; once it has finished, with its result in the same place",
        AnyOf = [schemas.Named("FinishedRun", FinishedRun), schemas.ForType(typeof(RunView))],
    });

    public static Shape Anything => _ => new OpenApiSchema { Type = JsonSchemaType.Object };

    /// <summary>The reader takes a day as well as a time.</summary>
    public static Shape Time => _ => new OpenApiSchema
    {
        Type = JsonSchemaType.String,
        AnyOf = [new OpenApiSchema { Format = "date" }, new OpenApiSchema { Format = "date-time" }],
    };

    public static Shape Batch => schemas => schemas.Named("BatchFile", _ => Closed(
        ["runs"],
        ("batchId", Text("The same id and runs are the same batch; default: a new one", "nightly-4711")),
        ("runs", new OpenApiSchema { Type = JsonSchemaType.Array, Items = File("run")(schemas), MinItems = 1, MaxItems = BatchRequestReader.MaxRuns })));

    public static Shape Schedule => schemas => schemas.Named("ScheduleFile", _ => Closed(
        ["cron", "run"],
        ("cron", Text("5 fields (minute hour day month weekday), or 6 with seconds first", "0 6 * * 1-5", "0 30 6 * * *")),
        ("timeZone", Text("IANA name; default: UTC", "UTC", "Europe/Berlin")),
        ("catchUp", schemas.ForType(typeof(CatchUp))),
        ("enabled", new OpenApiSchema { Type = JsonSchemaType.Boolean, Default = true }),
        ("run", File("run")(schemas))));

    /// <summary>One of the two.</summary>
    public static Shape Purge(string olderThanDays, string keepLast, int most) => schemas => schemas.Named("PurgeRule", _ =>
    {
        var rule = Closed([], (olderThanDays, Number(0, most)(schemas)), (keepLast, Number(0, most)(schemas)));
        (rule.MinProperties, rule.MaxProperties) = (1, 1);
        return rule;
    });

    public static Field RetryAfter { get; } = new("Retry-After", "Seconds after which to ask again", _ => new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1" });

    public static Shape Of<T>() => schemas => schemas.ForType(typeof(T));

    public static Shape Text(int? most = null) => _ => new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = most };

    public static Shape Words(IEnumerable<string> words, string? standard = null) => _ => new OpenApiSchema
    {
        Type = JsonSchemaType.String,
        Enum = [.. words.Select(word => JsonValue.Create(word))],
        Default = standard,
    };

    public static Shape Number(int least, int most, int? standard = null) => _ => new OpenApiSchema
    {
        Type = JsonSchemaType.Integer,
        Minimum = least.ToString(CultureInfo.InvariantCulture),
        Maximum = most.ToString(CultureInfo.InvariantCulture),
        Default = standard,
    };

    public static Shape Flag(bool standard) => _ => new OpenApiSchema { Type = JsonSchemaType.Boolean, Default = standard };

    /// <param name="name">Of a schema that the app gives at <c>/schemas</c>.</param>
    public static Shape File(string name) => schemas => schemas.Named(char.ToUpperInvariant(name[0]) + name[1..] + "File", _ => new OpenApiSchema
    {
        Type = JsonSchemaType.Object,
        Description = $"As its JSON Schema at /api/schemas/{name}.json says",
        ExternalDocs = new OpenApiExternalDocs { Url = new Uri($"/api/schemas/{name}.json", UriKind.Relative) },
    });

    private static OpenApiSchema Text(string description, params ReadOnlySpan<string> examples)
    {
        var text = new OpenApiSchema { Type = JsonSchemaType.String, Description = description, Examples = [] };
        foreach (var example in examples)
        {
            text.Examples.Add(example);
        }

        return text;
    }

    private static OpenApiSchema FinishedRun(SchemaRegister schemas) => new() { AllOf = [schemas.ForType(typeof(RunView)), schemas.ForType(typeof(RunResult))] };

    private static OpenApiSchema Closed(IEnumerable<string> required, params ReadOnlySpan<(string Name, IOpenApiSchema Schema)> members)
    {
        var properties = new Dictionary<string, IOpenApiSchema>();
        foreach (var (name, schema) in members)
        {
            properties[name] = schema;
        }

        return new OpenApiSchema { Type = JsonSchemaType.Object, Required = required.ToHashSet(), Properties = properties, AdditionalPropertiesAllowed = false };
    }
}
