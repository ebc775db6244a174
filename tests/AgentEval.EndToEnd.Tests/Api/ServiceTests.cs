using System.Net;
using System.Text.Json.Nodes;
using AgentEval.EndToEnd.Tests.Harness;
using AgentEval.Functions.Triggers.OpenApi;

namespace AgentEval.EndToEnd.Tests.Api;

/// <summary>What the service says about itself.</summary>
[Collection(ServedHostGroup.Name)]
public sealed class ServiceTests(ServedHost served)
{
    private static readonly string[] Methods = ["GET", "POST", "PUT", "DELETE", "PATCH"];

    private HttpClient Http => served.Host.Http;

    [Fact]
    public async Task HealthAndStatus_Asked_TellTheSameVersion()
    {
        var health = await served.Host.Client.GetHealthAsync();
        var status = await served.Host.Client.GetStatusAsync();

        Assert.Equal("healthy", health.Status);
        Assert.Equal(health.Version, status.Version);
        Assert.Single(status.Workers);
    }

    [Fact]
    public async Task OpenApi_EveryOperation_IsARouteOfTheAppAndNoOtherMethodIs()
    {
        var described = Operations((await Answer.GetAsync(Http, "/api/openapi.json")).Json);

        Assert.Equal(
            OpenApiBuilder.Routes().SelectMany(route => route.Methods, (route, method) => $"{method.ToUpperInvariant()} /{Concrete(route.Template)}").Order(StringComparer.Ordinal),
            described.Select(operation => $"{operation.Method} {operation.Path}").Order(StringComparer.Ordinal));
        foreach (var path in described.Select(operation => operation.Path).Distinct())
        {
            foreach (var method in Methods)
            {
                await AssertServedAsync(method, path, described.Any(operation => operation.Method == method && IsMatch(operation.Path, path)));
            }
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api")]
    [InlineData("/api/")]
    [InlineData("/api/nothing")]
    [InlineData("/api/runs/a/b/c/d")]
    [InlineData("/runs")]
    [InlineData("/admin/host/status")]
    public async Task Path_OfNoRoute_IsNotFound(string path) => Assert.Equal(HttpStatusCode.NotFound, (await Answer.GetAsync(Http, path)).Status);

    /// <summary>A route that is there answers with a document; the host itself answers 404 with nothing.</summary>
    private async Task AssertServedAsync(string method, string path, bool expected)
    {
        var answer = await Answer.SendAsync(Http, HttpMethod.Parse(method), $"/api{path}");
        Assert.True(expected == (answer.Status != HttpStatusCode.NotFound || answer.Body.Length > 0), $"{method} {path}: {answer}");
    }

    /// <summary><c>/runs/validate</c> is also an id of <c>/runs/none</c>.</summary>
    private static bool IsMatch(string route, string path)
    {
        var (wanted, found) = (route.Split('/'), path.Split('/'));
        return wanted.Length == found.Length && wanted.Zip(found).All(pair => pair.First == "none" || pair.First == pair.Second);
    }

    private static IReadOnlyList<(string Method, string Path)> Operations(JsonNode document) =>
    [
        .. from path in document["paths"]!.AsObject()
           from operation in path.Value!.AsObject()
           where Methods.Contains(operation.Key.ToUpperInvariant())
           select (operation.Key.ToUpperInvariant(), Concrete(path.Key)),
    ];

    /// <summary>With something harmless in place of every parameter.</summary>
    private static string Concrete(string template) =>
        string.Join('/', template.Split('/').Select(part => part.StartsWith('{') ? "none" : part));
}
