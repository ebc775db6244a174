namespace AgentEval.LocalRuntime.Tables;

/// <summary>Paths below an account's endpoint; keys may hold any character the service takes.</summary>
internal static class TablePaths
{
    public const string Tables = "/Tables";
    public const string Batch = "/$batch";

    public static string Table(string table) => $"/Tables('{table}')";

    public static string Entities(string table) => $"/{table}";

    public static string Query(string table) => $"/{table}()";

    public static string Entity(string table, string partitionKey, string rowKey) =>
        $"/{table}(PartitionKey='{Escape(partitionKey)}',RowKey='{Escape(rowKey)}')";

    private static string Escape(string key) => Uri.EscapeDataString(QueryFilter.EscapeQuotes(key));
}
