using System.Net;
using AgentEval.LocalRuntime.Tests.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace AgentEval.LocalRuntime.Tests.Http;

public sealed class HttpRoutingTests : IAsyncLifetime
{
    private RunningApp _app = null!;

    public async Task InitializeAsync() => _app = await RunningApp.StartAsync([typeof(Routes)]);

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Theory]
    [InlineData("/api/items/validate", "B any validate")]
    [InlineData("/api/numbers/12", "C int 12")]
    [InlineData("/api/numbers/twelve", "D text twelve")]
    [InlineData("/api/optional", "E ")]
    [InlineData("/api/optional/x", "E x")]
    [InlineData("/api/files/a/b.css", "F a/b.css")]
    [InlineData("/api/files", "F ")]
    [InlineData("/api/OPTIONAL/x", "E x")]
    [InlineData("/api/byname", "G")]
    [InlineData("/api/default", "H ten")]
    public async Task Get_Route_ReachesTheFirstFunctionByNameThatFits(string path, string expected) =>
        Assert.Equal(expected, await _app.Client.GetStringAsync(path));

    [Theory]
    [InlineData("/api/nowhere")]
    [InlineData("/items/validate")]
    [InlineData("/")]
    public async Task Get_NoRoute_Is404WithoutBody(string path)
    {
        using var response = await _app.Client.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("HEAD")]
    [InlineData("OPTIONS")]
    public async Task Send_MethodNotListed_Is404(string method)
    {
        using var response = await _app.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), "/api/optional"));

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("HEAD")]
    [InlineData("OPTIONS")]
    public async Task Send_NoMethodsListed_EveryMethodReachesTheFunction(string method)
    {
        using var response = await _app.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), "/api/byname"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Get_EncodedSlash_StaysEncodedInTheRouteValue()
    {
        Assert.Equal("B any a%2Fb c", await _app.Client.GetStringAsync("/api/items/a%2Fb%20c"));
    }

    [Fact]
    public async Task Start_OwnRoutePrefix_ServesBelowIt()
    {
        await using var app = await RunningApp.StartAsync([typeof(Routes)], """{ "extensions": { "http": { "routePrefix": "v1/x" } } }""");

        Assert.Equal("G", await app.Client.GetStringAsync("/v1/x/byname"));
        Assert.Equal(HttpStatusCode.NotFound, (await app.Client.GetAsync("/api/byname")).StatusCode);
    }

    [Fact]
    public async Task Start_EmptyRoutePrefix_ServesAtTheRoot()
    {
        await using var app = await RunningApp.StartAsync([typeof(Routes)], """{ "extensions": { "http": { "routePrefix": "" } } }""");

        Assert.Equal("G", await app.Client.GetStringAsync("/byname"));
    }

    [Theory]
    [InlineData(typeof(UnknownConstraint), "unknown route constraint 'nosuch'")]
    [InlineData(typeof(BrokenTemplate), "has the route 'api/{open'")]
    public async Task Start_WrongRoute_FailsAndNamesTheFunction(Type functions, string message)
    {
        var problem = await Assert.ThrowsAsync<InvalidOperationException>(() => RunningApp.StartAsync([functions]));

        Assert.Contains("'Wrong'", problem.Message, StringComparison.Ordinal);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    private static class Routes
    {
        [Function("I-Items")]
        public static string Later([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "items/validate")] HttpRequestData request) => "I literal";

        [Function("B-Items")]
        public static string First([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "items/{id}")] HttpRequestData request, string id) => $"B any {id}";

        [Function("C-Number")]
        public static string Number([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "numbers/{n:int}")] HttpRequestData request, int n) => $"C int {n}";

        [Function("D-Number")]
        public static string Text([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "numbers/{n}")] HttpRequestData request, string n) => $"D text {n}";

        [Function("E-Optional")]
        public static string Optional([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "optional/{id:alpha?}")] HttpRequestData request, string? id) => $"E {id}";

        [Function("F-Files")]
        public static string Files([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "files/{*path}")] HttpRequestData request, string? path) => $"F {path}";

        [Function("ByName")]
        public static string ByName([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequestData request) => "G";

        [Function("H-Default")]
        public static string Default([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "default/{n=ten}")] HttpRequestData request, string n) => $"H {n}";
    }

    private static class UnknownConstraint
    {
        [Function("Wrong")]
        public static string Run([HttpTrigger(Route = "{id:nosuch}")] HttpRequestData request) => "";
    }

    private static class BrokenTemplate
    {
        [Function("Wrong")]
        public static string Run([HttpTrigger(Route = "{open")] HttpRequestData request) => "";
    }
}
