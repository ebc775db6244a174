namespace Microsoft.DurableTask.Client;

/// <param name="Output">The output that the instance gets.</param>
/// <param name="Recursive">Ignored, as by the storage provider of Azure Storage: sub-orchestrations go on.</param>
public record TerminateInstanceOptions(object? Output = null, bool Recursive = false);
