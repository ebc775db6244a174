using System.Net;
using AgentEval.LocalRuntime.Tests.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace AgentEval.LocalRuntime.Tests.Http;

public sealed class HttpKeyTests
{
    [Theory]
    [InlineData("/api/Locked", null, HttpStatusCode.Unauthorized)]
    [InlineData("/api/Locked", "wrong", HttpStatusCode.Unauthorized)]
    [InlineData("/api/Locked?code=wrong", null, HttpStatusCode.Unauthorized)]
    [InlineData("/api/Locked?code=s3cret", null, HttpStatusCode.OK)]
    [InlineData("/api/Locked", "s3cret", HttpStatusCode.OK)]
    [InlineData("/api/Admin", null, HttpStatusCode.Unauthorized)]
    [InlineData("/api/Admin", "s3cret", HttpStatusCode.OK)]
    [InlineData("/api/Free", null, HttpStatusCode.OK)]
    [InlineData("/api/Nowhere", null, HttpStatusCode.NotFound)]
    public async Task Get_KeyConfigured_AsksForIt(string path, string? header, HttpStatusCode expected)
    {
        await using var app = await RunningApp.StartAsync([typeof(Functions)], args: "--AgentEval:ApiKey=s3cret");
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (header is not null)
        {
            request.Headers.Add("x-functions-key", header);
        }

        using var response = await app.Client.SendAsync(request);

        Assert.Equal(expected, response.StatusCode);
        if (expected == HttpStatusCode.Unauthorized)
        {
            Assert.Empty(await response.Content.ReadAsByteArrayAsync());
        }
    }

    [Fact]
    public async Task Get_NoKeyConfigured_Passes()
    {
        await using var app = await RunningApp.StartAsync([typeof(Functions)]);

        Assert.Equal("locked", await app.Client.GetStringAsync("/api/Locked"));
    }

    private static class Functions
    {
        [Function("Locked")]
        public static string Locked([HttpTrigger(AuthorizationLevel.Function)] HttpRequestData request) => "locked";

        [Function("Admin")]
        public static string Admin([HttpTrigger(AuthorizationLevel.Admin)] HttpRequestData request) => "admin";

        [Function("Free")]
        public static string Free([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequestData request) => "free";
    }
}
