using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using AgentEval.LocalRuntime.Tests.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AgentEval.LocalRuntime.Tests.Http;

public sealed class HttpRequestTests : IAsyncLifetime
{
    private readonly Gate _gate = new();
    private RunningApp _app = null!;

    public async Task InitializeAsync() =>
        _app = await RunningApp.StartAsync([typeof(Functions)], configure: builder => builder.Services.AddSingleton(_gate));

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task Post_WithContentLength_HandsOnTheBody()
    {
        using var response = await _app.Client.PostAsync("/api/body", new StringContent("héllo"));

        Assert.Equal("[héllo]", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Post_LargeBody_HandsOnAllOfIt()
    {
        using var response = await _app.Client.PostAsync("/api/length", new ByteArrayContent(new byte[5_000_000]));

        Assert.Equal("5000000", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Post_Chunked_BodyArrivesEmpty()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/body") { Content = new StringContent("hello") };
        request.Headers.TransferEncodingChunked = true;

        using var response = await _app.Client.SendAsync(request);

        Assert.Equal("[]", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Post_Over100MegabytesClaimed_Is413BeforeAnythingIsSent()
    {
        using var socket = await ConnectAsync();
        await socket.SendAsync(Encoding.ASCII.GetBytes("POST /api/body HTTP/1.1\r\nHost: x\r\nContent-Length: 104857601\r\n\r\n"));

        Assert.StartsWith("HTTP/1.1 413", await ReadLineAsync(socket), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_Anything_FunctionSeesUrlQueryHeadersCookiesAndMethod()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/echo?a=1&b=x%20y");
        request.Headers.Add("X-Test", ["one", "two"]);
        request.Headers.Add("Cookie", "c=1; d=2");

        var text = await (await _app.Client.SendAsync(request)).Content.ReadAsStringAsync();

        Assert.Equal($"GET {_app.Client.BaseAddress}api/echo?a=1&b=x%20y a=1 b=x y X-Test=one, two c=1 d=2", text);
    }

    [Fact]
    public async Task ReadFromJson_OtherCase_IsRead()
    {
        using var response = await _app.Client.PostAsync("/api/json", new StringContent("""{ "NAME": "x", "count": 3 }"""));

        Assert.Equal("application/json; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.Equal("""{"Name":"x","Count":4}""", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Get_ClientGoesAway_TokenIsCancelled()
    {
        using (var socket = await ConnectAsync())
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes("GET /api/wait HTTP/1.1\r\nHost: x\r\n\r\n"));
            await _gate.Entered.Task;
        }

        await _gate.Cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.DoesNotContain(_app.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/api/typed/7/true/3.5/2f1e0f0e-6d2b-4e0e-8b39-1f2a3b4c5d6e/Friday", "7 True 3.5 2f1e0f0e-6d2b-4e0e-8b39-1f2a3b4c5d6e Friday")]
    public async Task Get_RouteValues_BecomeTheParametersTypes(string path, string expected) =>
        Assert.Equal(expected, await _app.Client.GetStringAsync(path));

    [Fact]
    public async Task Get_QueryNamedLikeAParameter_DoesNotFillIt() =>
        Assert.Equal("none", await _app.Client.GetStringAsync("/api/notfromquery?value=1"));

    [Theory]
    [InlineData("/api/typed/x/true/3.5/2f1e0f0e-6d2b-4e0e-8b39-1f2a3b4c5d6e/Friday", "Cannot convert input parameter 'i'")]
    [InlineData("/api/missing", "Could not populate the value for 'count' parameter")]
    public async Task Get_ParameterWithoutValue_Is500AndLogged(string path, string logged)
    {
        using var response = await _app.Client.GetAsync(path);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Contains(_app.Log.Lines, line => line.Contains(logged, StringComparison.Ordinal));
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, _app.Client.BaseAddress!.Port);
        return socket;
    }

    private static async Task<string> ReadLineAsync(Socket socket)
    {
        using var reader = new StreamReader(new NetworkStream(socket));
        return await reader.ReadLineAsync() ?? "";
    }

    internal sealed record Thing(string Name, int Count);

    internal sealed class Gate
    {
        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Functions(Gate gate)
    {
        [Function("Body")]
        public static async Task<string> Body([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "body")] HttpRequestData request) =>
            $"[{await request.ReadAsStringAsync()}]";

        [Function("Length")]
        public static string Length([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "length")] HttpRequestData request) =>
            request.Body.Length.ToString(CultureInfo.InvariantCulture);

        [Function("Echo")]
        public static string Echo([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "echo")] HttpRequestData request)
        {
            var query = string.Join(" ", request.Query.AllKeys.Select(k => $"{k}={request.Query[k]}"));
            var cookies = string.Join(" ", request.Cookies.Select(c => $"{c.Name}={c.Value}"));
            return $"{request.Method} {request.Url.AbsoluteUri} {query} X-Test={string.Join(", ", request.Headers.GetValues("x-test"))} {cookies}";
        }

        [Function("Json")]
        public static async Task<HttpResponseData> Json(
            [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "json")] HttpRequestData request)
        {
            var thing = await request.ReadFromJsonAsync<Thing>(request.FunctionContext.CancellationToken);
            var response = request.CreateResponse();
            await response.WriteAsJsonAsync(thing! with { Count = thing.Count + 1 }, request.FunctionContext.CancellationToken);
            return response;
        }

        [Function("Wait")]
        public async Task Wait([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "wait")] HttpRequestData request, FunctionContext context)
        {
            await using var registration = context.CancellationToken.Register(() => gate.Cancelled.TrySetResult());
            gate.Entered.TrySetResult();
            await gate.Cancelled.Task;
        }

        [Function("Typed")]
        public static string Typed(
            [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "typed/{i}/{b}/{d}/{g}/{e}")] HttpRequestData request,
            int i, bool b, double? d, Guid g, DayOfWeek e) => string.Create(CultureInfo.InvariantCulture, $"{i} {b} {d} {g} {e}");

        [Function("NotFromQuery")]
        public static string NotFromQuery([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "notfromquery")] HttpRequestData request, string? value) =>
            value ?? "none";

        [Function("Missing")]
        public static string Missing([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "missing")] HttpRequestData request, int count) => $"{count}";
    }
}
