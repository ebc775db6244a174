using Azure.Core;

namespace AgentEval.LocalRuntime.Tables;

/// <summary>Where the next page starts: the service's two opaque headers with a space between, the real client's form.</summary>
internal readonly record struct ContinuationToken(string? NextPartitionKey, string? NextRowKey)
{
    public static string? Read(ResponseHeaders headers)
    {
        headers.TryGetValue("x-ms-continuation-NextPartitionKey", out string? partition);
        headers.TryGetValue("x-ms-continuation-NextRowKey", out string? row);
        return partition is null && row is null ? null : $"{partition} {row}";
    }

    public static ContinuationToken Parse(string? token)
    {
        if (token is null or { Length: <= 1 })
            return default;
        string[] keys = token.Split(' ', 2);
        return new ContinuationToken(keys[0], keys.Length > 1 && keys[1].Length > 0 ? keys[1] : null);
    }
}
