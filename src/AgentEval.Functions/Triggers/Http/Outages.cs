using System.Net.Sockets;
using Azure;

namespace AgentEval.Functions.Triggers.Http;

/// <summary>Tells trouble of what the app stands on from trouble of the app.</summary>
internal static class Outages
{
    /// <summary>How the durable client's trouble arrives on the Functions host, over gRPC; the local flavour has no such package, hence the name.</summary>
    private const string HostCallFailed = "Grpc.Core.RpcException";

    private static readonly string[] RefusedValues = ["InvalidInput", "PropertyValueTooLarge", "EntityTooLarge", "OutOfRangeInput", "RequestBodyTooLarge"];

    /// <summary>The storage account or the host does not answer as it should; later it may.</summary>
    /// <param name="failure">What was thrown.</param>
    /// <param name="request">A cancellation that is not the request's own is a time-out.</param>
    public static bool IsOutage(Exception failure, CancellationToken request) => failure switch
    {
        RequestFailedException or HttpRequestException or IOException or SocketException => true,
        OperationCanceledException => !request.IsCancellationRequested,
        AggregateException several => several.InnerExceptions.All(inner => IsOutage(inner, request)),
        _ => failure.GetType().FullName == HostCallFailed,
    };

    /// <summary>The storage account refuses a value for what it is; it will do so again.</summary>
    public static bool IsRefusedValue(Exception failure) =>
        failure is RequestFailedException { Status: 400 or 413, ErrorCode: { } code } && RefusedValues.Contains(code, StringComparer.Ordinal);
}
