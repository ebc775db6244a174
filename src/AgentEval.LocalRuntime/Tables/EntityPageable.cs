using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;

namespace AgentEval.LocalRuntime.Tables;

/// <summary>The entities of a query, a request for each page.</summary>
internal sealed class EntityPageable<T>(
    TableService service, string table, string? filter, int? pageSize, IEnumerable<string>? select, CancellationToken cancellationToken)
    : AsyncPageable<T>(cancellationToken)
    where T : class, ITableEntity
{
    private readonly string? _select = select is null ? null : string.Join(',', select);

    public override IAsyncEnumerable<Page<T>> AsPages(string? continuationToken = null, int? pageSizeHint = null) =>
        PagesAsync(continuationToken, pageSizeHint ?? pageSize, CancellationToken);

    private async IAsyncEnumerable<Page<T>> PagesAsync(
        string? token, int? size, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        do
        {
            Response response = await service.QueryEntitiesAsync(table, new EntityQuery(filter, size, _select), token, cancellationToken);
            List<T> entities = EntityReader.ReadPage<T>(response.Content.ToMemory().Span);
            token = ContinuationToken.Read(response.Headers);
            yield return Page<T>.FromValues(entities, token, response);
        }
        while (token is not null);
    }
}
