using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Microsoft.DurableTask;

/// <summary>How a client starts an instance.</summary>
public record StartOrchestrationOptions
{
    [SuppressMessage("Style", "IDE1006", Justification = "Parameter names are those of the real API.")]
    public StartOrchestrationOptions(string? InstanceId = null, DateTimeOffset? StartAt = null)
    {
        this.InstanceId = InstanceId;
        this.StartAt = StartAt;
    }

    public StartOrchestrationOptions(StartOrchestrationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        InstanceId = options.InstanceId;
        StartAt = options.StartAt;
        Tags = options.Tags;
        Version = options.Version;
        DedupeStatuses = options.DedupeStatuses;
    }

    /// <summary>Null: a new one.</summary>
    public string? InstanceId { get; init; }

    /// <summary>Null or past: at once.</summary>
    public DateTimeOffset? StartAt { get; init; }

    public IReadOnlyDictionary<string, string> Tags { get; init; } = ImmutableDictionary.Create<string, string>();

    /// <summary>Null: <c>defaultVersion</c> of host.json.</summary>
    public TaskVersion? Version { get; init; }

    /// <summary>Statuses of an existing instance that refuse the start; null: those of an instance that has not finished.</summary>
    public IReadOnlyList<string>? DedupeStatuses { get; init; }
}
