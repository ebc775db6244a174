using Azure;

namespace AgentEval.LocalRuntime.Durable.Storage;

/// <summary>Tells faults of the storage that pass from those that come again.</summary>
internal static class StorageFault
{
    public static bool IsPassing(Exception exception) => exception switch
    {
        RequestFailedException failed => failed.Status is 0 or 408 or 429 or >= 500,
        AggregateException several => several.InnerExceptions.All(IsPassing),
        HttpRequestException or IOException or TimeoutException or OperationCanceledException => true,
        _ => false,
    };
}
