namespace Microsoft.DurableTask.Client;

/// <param name="Recursive">Ignored, as by the storage provider of Azure Storage.</param>
public record PurgeInstanceOptions(bool Recursive = false);
