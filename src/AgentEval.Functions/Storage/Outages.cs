using System.Net.Sockets;
using System.Text.RegularExpressions;
using Azure;
using Azure.Identity;

namespace AgentEval.Functions.Storage;

/// <summary>Tells trouble of what the app stands on from trouble of the app.</summary>
internal static class Outages
{
    /// <summary>How the durable client's trouble arrives on the Functions host, over gRPC; the local flavour has no such package, hence the name.</summary>
    private const string HostCallFailed = "Grpc.Core.RpcException";

    private static readonly string[] RefusedValues = ["InvalidInput", "PropertyValueTooLarge", "EntityTooLarge", "OutOfRangeInput", "RequestBodyTooLarge"];

    /// <summary>The client went away or the host stops, and what was under way broke off.</summary>
    /// <param name="failure">What was thrown.</param>
    /// <param name="request">The request's own cancellation.</param>
    public static bool IsEnded(Exception failure, CancellationToken request) => request.IsCancellationRequested && IsOutage(failure);

    /// <summary>The storage account or the host does not answer as it should; later it may. A cancellation that is not the request's own is a time-out.</summary>
    public static bool IsOutage(Exception failure) => failure switch
    {
        FileNotFoundException or DirectoryNotFoundException => false,
        RequestFailedException or AuthenticationFailedException or HttpRequestException or IOException or SocketException => true,
        OperationCanceledException => true,
        TimeoutException => failure is not RegexMatchTimeoutException,
        AggregateException several => several.InnerExceptions.All(IsOutage),
        _ => failure.GetType().FullName == HostCallFailed,
    };

    /// <summary>The storage account refuses a value for what it is; it will do so again.</summary>
    public static bool IsRefusedValue(Exception failure) =>
        failure is RequestFailedException { Status: 413 } ||
        (failure is RequestFailedException { Status: 400, ErrorCode: { } code } && RefusedValues.Contains(code, StringComparer.Ordinal));
}
