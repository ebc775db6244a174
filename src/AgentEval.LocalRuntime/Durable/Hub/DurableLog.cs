using Microsoft.Extensions.Logging;

namespace AgentEval.LocalRuntime.Durable.Hub;

/// <summary>What the task hub says.</summary>
internal static partial class DurableLog
{
    public const string Category = "DurableTask";

    [LoggerMessage(1, LogLevel.Information, "This process owns the task hub {Hub} (epoch {Epoch}).")]
    public static partial void Owned(ILogger logger, string hub, long epoch);

    [LoggerMessage(2, LogLevel.Information, "Another process owns the task hub {Hub}; this one takes over when it ends.")]
    public static partial void StandingBy(ILogger logger, string hub);

    [LoggerMessage(3, LogLevel.Warning, "The task hub {Hub} was lost to another process.")]
    public static partial void Lost(ILogger logger, string hub);

    [LoggerMessage(4, LogLevel.Warning, "The storage of the task hub {Hub} does not answer; trying again.")]
    public static partial void StorageFailed(ILogger logger, string hub, Exception exception);

    [LoggerMessage(5, LogLevel.Warning, "The orchestration '{Name}' ({InstanceId}) failed: {Failure}")]
    public static partial void OrchestrationFailed(ILogger logger, string name, string instanceId, string failure);

    [LoggerMessage(6, LogLevel.Warning, "The activity '{Name}' of {InstanceId} failed.")]
    public static partial void ActivityFailed(ILogger logger, string name, string instanceId, Exception exception);

    [LoggerMessage(7, LogLevel.Information, "The activity '{Name}' of {InstanceId} was handed back; it runs again.")]
    public static partial void ActivityHandedBack(ILogger logger, string name, string instanceId);

    [LoggerMessage(8, LogLevel.Information, "{InstanceId} was purged or replaced; its former execution ends here.")]
    public static partial void InstanceGone(ILogger logger, string instanceId);

    [LoggerMessage(10, LogLevel.Error, "{InstanceId} cannot go on in this process.")]
    public static partial void InstanceBroken(ILogger logger, string instanceId, Exception exception);

    [LoggerMessage(11, LogLevel.Error, "Something is wrong with the task hub {Hub}; trying again.")]
    public static partial void HubBroken(ILogger logger, string hub, Exception exception);

    [LoggerMessage(9, LogLevel.Information, "{Count} unfinished instances go on.")]
    public static partial void Recovered(ILogger logger, int count);
}
