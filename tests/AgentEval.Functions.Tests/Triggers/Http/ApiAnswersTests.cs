using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Reflection.Emit;
using AgentEval.Functions.Tests.Fakes;
using AgentEval.Functions.Triggers;
using AgentEval.Functions.Triggers.Http;
using Azure;
using Microsoft.Azure.Functions.Worker.Http;

namespace AgentEval.Functions.Tests.Triggers.Http;

public sealed class ApiAnswersTests
{
    public static TheoryData<Exception, HttpStatusCode> Failures => new()
    {
        { new RequestFailedException(500, "busy"), HttpStatusCode.ServiceUnavailable },
        { new RequestFailedException(400, "refused it", "SomethingElse", null), HttpStatusCode.ServiceUnavailable },
        { new RequestFailedException(400, "refused it", "InvalidInput", null), HttpStatusCode.BadRequest },
        { new RequestFailedException(400, "took offence", "PropertyValueTooLarge", null), HttpStatusCode.BadRequest },
        { new RequestFailedException(413, "took offence", "RequestBodyTooLarge", null), HttpStatusCode.BadRequest },
        { new AggregateException(new RequestFailedException("retried"), new TaskCanceledException()), HttpStatusCode.ServiceUnavailable },
        { new AggregateException(new RequestFailedException("retried"), new InvalidCastException()), HttpStatusCode.InternalServerError },
        { new TaskCanceledException("A time-out of the storage client"), HttpStatusCode.ServiceUnavailable },
        { new IOException("reset"), HttpStatusCode.ServiceUnavailable },
        { new SocketException((int)SocketError.ConnectionRefused), HttpStatusCode.ServiceUnavailable },
        { new HttpRequestException("refused"), HttpStatusCode.ServiceUnavailable },
        { HostCallFailed(), HttpStatusCode.ServiceUnavailable },
        { new InvalidOperationException("secret inner workings"), HttpStatusCode.InternalServerError },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Answer_RouteThrows_IsAProblemDocumentWithoutInnerWorkings(Exception failure, HttpStatusCode expected)
    {
        var response = await FakeHttpRequest.Get("r").AnswerAsync(() => Task.FromException<HttpResponseData>(failure));

        Assert.Equal(expected, response.StatusCode);
        Assert.StartsWith("application/problem+json", response.Header("Content-Type"), StringComparison.Ordinal);
        Assert.Equal(expected == HttpStatusCode.ServiceUnavailable ? "5" : null, response.Header("Retry-After"));
        Assert.DoesNotContain(failure.Message, response.Json().ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Route_OfAPartToCome_SaysSo()
    {
        var response = await NotYetAvailable.CompareAsync(FakeHttpRequest.Get("compare?base=a&candidate=b"));

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("Comparing runs (GET /api/compare) is not available in this version.", (string?)response.Json()["detail"]);
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
