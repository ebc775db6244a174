using System.Runtime.CompilerServices;
using System.Text.Json;
using Azure;
using Azure.Data.Tables.Models;

namespace AgentEval.LocalRuntime.Tables;

/// <summary>The tables of an account, a request for each page.</summary>
internal sealed class TableItemPageable(TableService service, string? filter, int? pageSize, CancellationToken cancellationToken)
    : AsyncPageable<TableItem>(cancellationToken)
{
    public override IAsyncEnumerable<Page<TableItem>> AsPages(string? continuationToken = null, int? pageSizeHint = null) =>
        PagesAsync(continuationToken, pageSizeHint ?? pageSize, CancellationToken);

    private async IAsyncEnumerable<Page<TableItem>> PagesAsync(
        string? token, int? size, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        do
        {
            Response response = await service.QueryTablesAsync(new EntityQuery(filter, size, null), token, cancellationToken);
            token = response.Headers.TryGetValue("x-ms-continuation-NextTableName", out string? next) ? next : null;
            yield return Page<TableItem>.FromValues(Read(response), token, response);
        }
        while (token is not null);
    }

    private static List<TableItem> Read(Response response)
    {
        using JsonDocument body = JsonDocument.Parse(response.Content);
        return [.. body.RootElement.GetProperty("value").EnumerateArray().Select(table => new TableItem(table.GetProperty("TableName").GetString()))];
    }
}
