namespace AgentEval.Functions.Storage;

/// <summary>A document that an earlier step wrote is gone: the run was deleted while it ran. Not worth a retry.</summary>
public sealed class StoredDocumentMissingException : Exception
{
    public StoredDocumentMissingException(string name)
        : base($"{name} does not exist. Was the run deleted while it was running?")
    {
    }
}
