using System.Text.Json.Nodes;
using AgentEval.Core.Api;

namespace AgentEval.Client;

/// <summary>
/// The HTTP API of an AgentEval service, one method per route. Every method throws <see cref="AgentEvalApiException"/> when the service refuses and
/// <see cref="AgentEvalConnectionException"/> when it cannot be reached. Safe for use by many threads.
/// </summary>
public sealed partial class AgentEvalClient : IDisposable
{
    private readonly ApiTransport _transport;
    private readonly AgentEvalClientOptions _options;
    private readonly TimeProvider _time;

    /// <param name="http">Its <see cref="HttpClient.BaseAddress"/> is the service's root, with a slash at the end and without <c>api</c>. The caller disposes it.</param>
    /// <param name="options">How runs are followed.</param>
    /// <param name="time">The clock of polling.</param>
    public AgentEvalClient(HttpClient http, AgentEvalClientOptions? options = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        if (http.BaseAddress is null)
        {
            throw new ArgumentException("A base address is needed.", nameof(http));
        }

        _transport = new ApiTransport(http);
        _options = options ?? new AgentEvalClientOptions();
        _time = time ?? TimeProvider.System;
    }

    private HttpClient? Owned { get; init; }

    /// <summary>A client of its own connection.</summary>
    /// <param name="server">The service's root, such as <c>https://evals.example.com</c>; a trailing <c>/api</c> may be there.</param>
    /// <param name="key">Sent as <c>x-functions-key</c>; null: none.</param>
    /// <param name="options">How runs are followed.</param>
    /// <param name="time">The clock of polling.</param>
    public static AgentEvalClient Create(Uri server, string? key = null, AgentEvalClientOptions? options = null, TimeProvider? time = null)
    {
        var http = new HttpClient { BaseAddress = Root(server), Timeout = TimeSpan.FromSeconds(100) };
        if (!string.IsNullOrEmpty(key))
        {
            http.DefaultRequestHeaders.TryAddWithoutValidation("x-functions-key", key);
        }

        return new AgentEvalClient(http, options, time) { Owned = http };
    }

    /// <summary>Whether the service is up, and its version; needs no key.</summary>
    public Task<HealthView> GetHealthAsync(CancellationToken cancellationToken = default) =>
        _transport.GetAsync<HealthView>("health", cancellationToken);

    /// <summary>The service's queue, workers, circuits and quotas.</summary>
    public Task<StatusView> GetStatusAsync(CancellationToken cancellationToken = default) =>
        _transport.GetAsync<StatusView>("status", cancellationToken);

    public void Dispose() => Owned?.Dispose();

    private static Uri Root(Uri server)
    {
        ArgumentNullException.ThrowIfNull(server);
        var text = server.GetLeftPart(UriPartial.Path).TrimEnd('/');
        if (text.EndsWith("/api", StringComparison.OrdinalIgnoreCase))
        {
            text = text[..^"/api".Length];
        }

        return new Uri(text + "/");
    }

    private static string Segment(string value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(value);
        return Uri.EscapeDataString(value);
    }
}
