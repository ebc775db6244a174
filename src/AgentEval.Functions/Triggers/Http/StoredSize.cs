using System.Text.Json.Nodes;
using AgentEval.Functions.Storage;

namespace AgentEval.Functions.Triggers.Http;

internal static class StoredSize
{
    /// <exception cref="ApiException">413: the document does not fit the row it is stored in.</exception>
    public static void Check(JsonNode document)
    {
        var bytes = JsonColumns.Measure(document);
        if (bytes > JsonColumns.MaxBytes)
        {
            throw ApiException.NotStorable(bytes, JsonColumns.MaxBytes);
        }
    }
}
