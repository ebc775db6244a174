using System.Net;
using System.Text.Json.Nodes;
using AgentEval.Core.Api;

namespace AgentEval.Client;

/// <content>Stored suites and agents.</content>
public sealed partial class AgentEvalClient
{
    /// <summary>Stores a suite under its name and version. A version never changes: other content under the same version is refused (409).</summary>
    public Task<SuiteListItem> PutSuiteAsync(string name, JsonObject suite, string? version = null, CancellationToken cancellationToken = default) =>
        _transport.SendAsync<SuiteListItem>(HttpMethod.Put, SuiteRoute(name, version), suite, cancellationToken);

    /// <param name="name">The suite.</param>
    /// <param name="version">Null: the newest.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The suite's document.</returns>
    public Task<JsonObject> GetSuiteAsync(string name, string? version = null, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<JsonObject>(SuiteRoute(name, version), cancellationToken);

    public Task<ListPage<SuiteListItem>> ListSuitesAsync(string? cursor = null, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<ListPage<SuiteListItem>>("suites" + new QueryString().Add("cursor", cursor), cancellationToken);

    /// <param name="name">The suite.</param>
    /// <param name="version">Null: every version.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task DeleteSuiteAsync(string name, string? version = null, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(HttpMethod.Delete, SuiteRoute(name, version), cancellationToken);

    /// <summary>Checks a suite without storing it. A refusal is a view that is not valid, too.</summary>
    public async Task<ValidationView> ValidateSuiteAsync(JsonObject suite, CancellationToken cancellationToken = default)
    {
        try
        {
            return await _transport.SendAsync<ValidationView>(HttpMethod.Post, "suites/validate", suite, cancellationToken);
        }
        catch (AgentEvalApiException e) when (e.Status is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity && e.Problem.Errors is not null)
        {
            return AsValidation(e.Problem);
        }
    }

    public Task<AgentListItem> PutAgentAsync(string name, JsonObject agent, CancellationToken cancellationToken = default) =>
        _transport.SendAsync<AgentListItem>(HttpMethod.Put, $"agents/{Segment(name)}", agent, cancellationToken);

    public Task<JsonObject> GetAgentAsync(string name, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<JsonObject>($"agents/{Segment(name)}", cancellationToken);

    public Task<ListPage<AgentListItem>> ListAgentsAsync(string? cursor = null, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<ListPage<AgentListItem>>("agents" + new QueryString().Add("cursor", cursor), cancellationToken);

    public Task DeleteAgentAsync(string name, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(HttpMethod.Delete, $"agents/{Segment(name)}", cancellationToken);

    private static string SuiteRoute(string name, string? version) =>
        version is null ? $"suites/{Segment(name)}" : $"suites/{Segment(name)}/versions/{Segment(version)}";
}
