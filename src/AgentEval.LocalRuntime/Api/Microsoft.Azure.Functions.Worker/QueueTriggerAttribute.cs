using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Marks the parameter of a function that messages of a storage queue trigger.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class QueueTriggerAttribute(string queueName) : TriggerBindingAttribute
{
    /// <summary>The queue's name, or <c>%Setting%</c>.</summary>
    public string QueueName { get; } = queueName;

    /// <summary>Name of the setting with the connection string; null: <c>AzureWebJobsStorage</c>.</summary>
    public string? Connection { get; set; }
}
