using System.Text;
using AgentEval.Core.Schemas;
using AgentEval.Functions.Triggers.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace AgentEval.Functions.Triggers;

/// <summary><c>GET /schemas/{suite|agent|run}.json</c>, anonymous: the JSON Schemas of the files, for editors.</summary>
public sealed class GetSchema
{
    private const string Extension = ".json";

    [Function(nameof(GetSchema))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "schemas/{file}")] HttpRequestData request,
        string file) => request.AnswerAsync(async _ =>
    {
        var schema = file.EndsWith(Extension, StringComparison.Ordinal) ? SchemaResources.Read(file[..^Extension.Length]) : null;
        return schema is null
            ? throw ApiException.NotFound($"There is no schema '{file}'; there are {string.Join(", ", SchemaResources.Names.Select(name => name + Extension))}.")
            : await request.ContentAsync("application/schema+json; charset=utf-8", Encoding.UTF8.GetBytes(schema));
    });
}
