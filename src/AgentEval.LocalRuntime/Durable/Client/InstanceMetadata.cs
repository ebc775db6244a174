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
        SerializedOutput = withPayloads ? Output(state) : null,
        SerializedCustomStatus = withPayloads ? state.CustomStatus?.Text : null,
        Tags = state.Tags is { } tags
            ? JsonSerializer.Deserialize<Dictionary<string, string>>(tags)!
            : ImmutableDictionary<string, string>.Empty,
    };

    /// <summary>The engine on Azure Storage keeps a failure as a text, where the output would be: "type: message".</summary>
    private static string? Output(InstanceState state) =>
        state.Failure is { } failure ? DurableJson.Read<TaskFailureDetails>(failure.Text)?.ToString() : state.Output?.Text;
}
