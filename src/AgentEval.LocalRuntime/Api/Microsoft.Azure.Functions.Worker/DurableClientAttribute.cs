using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Binds a <see cref="Microsoft.DurableTask.Client.DurableTaskClient"/>.</summary>
public sealed class DurableClientAttribute : InputBindingAttribute
{
    /// <summary>The task hub; null: the one of host.json.</summary>
    public string? TaskHub { get; set; }

    /// <summary>Name of the setting with the storage connection; null: the one of host.json, by default <c>AzureWebJobsStorage</c>.</summary>
    public string? ConnectionName { get; set; }
}
