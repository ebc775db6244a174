using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Reflection.Emit;
using AgentEval.Functions.Tests.Fakes;
using AgentEval.Functions.Triggers;
using AgentEval.Functions.Triggers.Http;
using Azure;
using Azure.Identity;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AgentEval.Functions.Tests.Triggers.Http;

public sealed class ApiAnswersTests
{
    public static TheoryData<Exception, HttpStatusCode> Failures => new()
    {
        { new RequestFailedException(500, "busy"), HttpStatusCode.ServiceUnavailable },
        { new RequestFailedException(400, "refused it", "SomethingElse", null), HttpStatusCode.ServiceUnavailable },
        { new RequestFailedException(400, "refused it", "InvalidInput", null), HttpStatusCode.BadRequest },
        { new RequestFailedException(400, "took offence", "PropertyValueTooLarge", null), HttpStatusCode.BadRequest },
        { new RequestFailedException(400, "took offence", "EntityTooLarge", null), HttpStatusCode.BadRequest },
        { new RequestFailedException(400, "took offence", "OutOfRangeInput", null), HttpStatusCode.BadRequest },
        { new RequestFailedException(413, "took offence", "RequestBodyTooLarge", null), HttpStatusCode.BadRequest },
        { new RequestFailedException(413, "took offence"), HttpStatusCode.BadRequest },
        { new AggregateException(new RequestFailedException("retried"), new TaskCanceledException()), HttpStatusCode.ServiceUnavailable },
        { new AggregateException(new RequestFailedException("retried"), new InvalidCastException()), HttpStatusCode.InternalServerError },
        { new TaskCanceledException("A time-out of the storage client"), HttpStatusCode.ServiceUnavailable },
        { new IOException("reset"), HttpStatusCode.ServiceUnavailable },
        { new SocketException((int)SocketError.ConnectionRefused), HttpStatusCode.ServiceUnavailable },
        { new HttpRequestException("refused"), HttpStatusCode.ServiceUnavailable },
        { new AuthenticationFailedException("no token"), HttpStatusCode.ServiceUnavailable },
        { HostCallFailed(), HttpStatusCode.ServiceUnavailable },
        { new InvalidOperationException("secret inner workings"), HttpStatusCode.InternalServerError },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Answer_RouteThrows_IsAProblemDocumentWithoutInnerWorkings(Exception failure, HttpStatusCode expected)
    {
        var response = await FakeHttpRequest.Get("r").AnswerAsync(_ => Task.FromException<HttpResponseData>(failure));

        Assert.Equal(expected, response.StatusCode);
        Assert.StartsWith("application/problem+json", response.Header("Content-Type"), StringComparison.Ordinal);
        Assert.Equal(expected == HttpStatusCode.ServiceUnavailable ? "5" : null, response.Header("Retry-After"));
        Assert.DoesNotContain(failure.Message, response.Json().ToJsonString(), StringComparison.Ordinal);
    }

    public static TheoryData<Exception, LogLevel> Endings => new()
    {
        { new TaskCanceledException(), LogLevel.Debug },
        { new RequestFailedException("broke off"), LogLevel.Debug },
        { new IOException("the client reset the connection"), LogLevel.Debug },
        { HostCallFailed(), LogLevel.Debug },
        { new InvalidOperationException("a fault is one, whoever still listens"), LogLevel.Error },
    };

    [Theory]
    [MemberData(nameof(Endings))]
    public async Task Answer_ClientWentAway_IsNoErrorUnlessTheAppIsAtFault(Exception failure, LogLevel expected)
    {
        RecordingLogs logs = new();
        FakeContext context = new()
        {
            Ended = new CancellationToken(canceled: true),
            InstanceServices = new ServiceCollection().AddLogging(log => log.SetMinimumLevel(LogLevel.Trace).AddProvider(logs)).BuildServiceProvider(),
        };

        await FakeHttpRequest.GetIn(context, "r").AnswerAsync(_ => Task.FromException<HttpResponseData>(failure));

        Assert.Equal([expected], logs.Levels);
    }

    [Fact]
    public async Task Answer_TimeoutWhileTheClientWaits_IsLoggedAsAnError()
    {
        RecordingLogs logs = new();
        FakeContext context = new() { InstanceServices = new ServiceCollection().AddLogging(log => log.AddProvider(logs)).BuildServiceProvider() };

        await FakeHttpRequest.GetIn(context, "r").AnswerAsync(_ => Task.FromException<HttpResponseData>(new TaskCanceledException()));

        Assert.Equal([LogLevel.Error], logs.Levels);
    }

    public static TheoryData<string, Func<HttpRequestData, Task<HttpResponseData>>> RoutesToCome => new()
    {
        { "GET /api/compare", NotYetAvailable.CompareAsync },
        { "GET /api/leaderboard", NotYetAvailable.LeaderboardAsync },
        { "GET /api/trends", NotYetAvailable.TrendsAsync },
        { "POST /api/runs/{id}/rescore", request => NotYetAvailable.RescoreAsync(request, "r1") },
        { "POST /api/runs/{id}/replay", request => NotYetAvailable.ReplayAsync(request, "r1") },
        { "POST /api/runs/{id}/snapshots/approve", request => NotYetAvailable.ApproveSnapshotsAsync(request, "r1") },
        { "GET /api/dashboard", NotYetAvailable.DashboardAsync },
    };

    [Theory]
    [MemberData(nameof(RoutesToCome))]
    public async Task Route_OfAPartToCome_SaysSo(string route, Func<HttpRequestData, Task<HttpResponseData>> call)
    {
        var response = await call(FakeHttpRequest.Get("r"));

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal((404, "Not available in this version"), ((int)response.Json()["status"]!, (string?)response.Json()["title"]));
        Assert.EndsWith($"({route}) is not available in this version.", (string?)response.Json()["detail"], StringComparison.Ordinal);
    }

    private sealed class RecordingLogs : ILoggerProvider, ILogger
    {
        public List<LogLevel> Levels { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Levels.Add(logLevel);

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Dispose()
        {
        }
    }

    /// <summary>Of the type that the Functions host's durable client throws, by name: the package is there in one flavour only.</summary>
    private static Exception HostCallFailed()
    {
        var type = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Host"), AssemblyBuilderAccess.Run)
            .DefineDynamicModule("Host")
            .DefineType("Grpc.Core.RpcException", TypeAttributes.Public, typeof(Exception))
            .CreateType();
        return (Exception)Activator.CreateInstance(type)!;
    }
}
