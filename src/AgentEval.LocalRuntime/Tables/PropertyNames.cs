namespace AgentEval.LocalRuntime.Tables;

/// <summary>Properties and annotations that have a meaning of their own.</summary>
internal static class PropertyNames
{
    public const string PartitionKey = "PartitionKey";
    public const string RowKey = "RowKey";
    public const string Timestamp = "Timestamp";

    /// <summary>Under this name the ETag stands in payloads and in a TableEntity.</summary>
    public const string ETag = "odata.etag";

    public const string AnnotationPrefix = "odata.";
    public const string TypeSuffix = "@odata.type";
}
