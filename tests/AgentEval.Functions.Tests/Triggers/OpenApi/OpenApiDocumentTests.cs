using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AgentEval.Functions.Tests.Triggers.OpenApi;

/// <summary>The document by itself: what every reader of OpenAPI 3.1 relies on.</summary>
public sealed class OpenApiDocumentTests : IAsyncLifetime
{
    private static readonly Regex PathParameter = new(@"\{([^}]+)\}", RegexOptions.NonBacktracking);
    private static readonly Regex ComponentName = new("^[a-zA-Z0-9._-]+$", RegexOptions.NonBacktracking);

    private ApiDescription _api = null!;

    public async Task InitializeAsync() => _api = await ApiDescription.BuildAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public void Reference_Every_ResolvesInTheDocument()
    {
        var references = ApiDescription.Everything(_api.Root).OfType<JsonObject>().Select(each => (string?)each["$ref"]).OfType<string>().ToList();

        Assert.InRange(references.Count, 50, 10_000);
        Assert.All(references.Distinct(), reference => Assert.NotNull(_api.Find(reference)));
    }

    [Fact]
    public void Component_Every_HasALegalNameAndIsReferredTo()
    {
        var referred = ApiDescription.Everything(_api.Root).OfType<JsonObject>().Select(each => (string?)each["$ref"]).ToHashSet();

        foreach (var kind in new[] { "schemas", "responses" })
        {
            var names = _api.Root["components"]![kind]!.AsObject().Select(each => each.Key).ToList();
            Assert.NotEmpty(names);
            Assert.All(names, name => Assert.Matches(ComponentName, name));
            Assert.All(names, name => Assert.Contains($"#/components/{kind}/{name}", referred));
        }
    }

    [Fact]
    public void Document_HasWhatOpenApiRequires()
    {
        Assert.Matches(@"^3\.1\.\d+$", (string)_api.Root["openapi"]!);
        Assert.Equal(("AgentEval", "1.2.3"), ((string)_api.Root["info"]!["title"]!, (string)_api.Root["info"]!["version"]!));
        Assert.Equal(_api.Operations.Count, _api.Operations.Select(operation => operation.Id).Distinct().Count());
        Assert.All(_api.Operations, operation => Assert.All(operation.Answers, answer => Assert.False(string.IsNullOrEmpty((string?)answer.Value["description"]), $"{operation} {answer.Key}")));
        Assert.All(_api.Operations, operation => Assert.Contains(operation.Answers.Keys, status => status is ['2' or '4', _, _]));
        Assert.All(
            _api.Operations.SelectMany(operation => operation.Node["security"]?.AsArray() ?? []).SelectMany(need => need!.AsObject()),
            need => Assert.NotNull(_api.Find($"#/components/securitySchemes/{need.Key}")));
    }

    [Fact]
    public void Parameter_Every_IsDeclaredOnceWithAPlaceAndAShape() => Assert.All(_api.Operations, operation =>
    {
        Assert.Equal(
            PathParameter.Matches(operation.Path).Select(match => match.Groups[1].Value).Order(),
            operation.Parameters.Where(parameter => parameter.Place == "path").Select(parameter => parameter.Name).Order());
        Assert.Distinct(operation.Parameters.Select(parameter => (parameter.Place, parameter.Name)));
        Assert.All(operation.Parameters, parameter =>
        {
            Assert.Contains(parameter.Place, new[] { "path", "query", "header" });
            Assert.Equal(parameter.Place == "path", (bool?)parameter.Node["required"] ?? false);
            Assert.False(string.IsNullOrEmpty((string?)parameter.Node["description"]));
            Assert.True(parameter.Schema.ContainsKey("type"), $"{operation} {parameter.Name}");
        });
    });

    [Fact]
    public void Schema_Every_IsSound()
    {
        var schemas = ApiDescription.Everything(_api.Root).OfType<JsonObject>().ToList();

        foreach (var schema in schemas.Where(each => each["enum"] is JsonArray))
        {
            var words = schema["enum"]!.AsArray().Select(word => word!.ToJsonString()).ToList();
            Assert.NotEmpty(words);
            Assert.Distinct(words);
        }

        Assert.All(schemas.Where(each => each["properties"] is JsonObject).SelectMany(each => each["properties"]!.AsObject()), property => Assert.IsType<JsonObject>(property.Value));
        foreach (var schema in schemas.Where(each => each["properties"] is JsonObject && each["required"] is JsonArray))
        {
            Assert.All(schema["required"]!.AsArray(), name => Assert.True(schema["properties"]!.AsObject().ContainsKey((string)name!), $"{schema.GetPath()} {name}"));
        }

        var contents = schemas.Where(each => each["content"] is JsonObject).SelectMany(each => each["content"]!.AsObject()).ToList();
        Assert.NotEmpty(contents);
        Assert.All(contents, content => Assert.IsType<JsonObject>(content.Value!["schema"]));
    }
}
