using System.Collections.Immutable;
using System.Text.Json;
using AgentEval.LocalRuntime.Durable.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AgentEval.LocalRuntime.Durable.Client;

/// <summary>What a client is told of an instance.</summary>
internal static class InstanceMetadata
{
    public static OrchestrationMetadata Of(InstanceState state, bool withPayloads) => new(state.Name, state.InstanceId)
    {
        DataConverter = withPayloads ? DurableJson.Converter : null,
        RuntimeStatus = state.Status,
        CreatedAt = state.CreatedAt,
        LastUpdatedAt = state.LastUpdatedAt,
        SerializedInput = withPayloads ? state.Input?.Text : null,
        SerializedOutput = withPayloads ? state.Output?.Text : null,
        SerializedCustomStatus = withPayloads ? state.CustomStatus?.Text : null,
        FailureDetails = withPayloads ? DurableJson.Read<TaskFailureDetails>(state.Failure?.Text) : null,
        Tags = state.Tags is { } tags
            ? JsonSerializer.Deserialize<Dictionary<string, string>>(tags)!
            : ImmutableDictionary<string, string>.Empty,
    };
}
