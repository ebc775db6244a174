using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentEval.Core.Api;
using AgentEval.Core.Json;

namespace AgentEval.Client;

/// <summary>Sends requests and turns every trouble into one of the client's two exceptions.</summary>
internal sealed class ApiTransport(HttpClient http)
{
    /// <summary>What answers there may not be AgentEval: an answer that lacks what it must have is none.</summary>
    private static readonly JsonSerializerOptions Strict =
        new(AgentEvalJson.Options) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    private static readonly MediaTypeHeaderValue Json = new("application/json") { CharSet = "utf-8" };

    public Uri? Server => http.BaseAddress;

    public async Task<T> SendAsync<T>(
        HttpMethod method, string route, JsonNode? body, CancellationToken cancellationToken, IReadOnlyDictionary<string, string?>? headers = null)
    {
        using var response = await SendAsync(method, route, body, headers, cancellationToken);
        return await ReadAsync<T>(response, route, cancellationToken);
    }

    public async Task SendAsync(HttpMethod method, string route, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(method, route, null, null, cancellationToken);
    }

    public Task<T> GetAsync<T>(string route, CancellationToken cancellationToken) => SendAsync<T>(HttpMethod.Get, route, null, cancellationToken);

    /// <summary>The answer with its body still to come; the caller disposes it.</summary>
    public async Task<HttpResponseMessage> OpenAsync(string route, CancellationToken cancellationToken) =>
        await SendAsync(HttpMethod.Get, route, null, null, cancellationToken);

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string route, JsonNode? body, IReadOnlyDictionary<string, string?>? headers, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri("api/" + route, UriKind.Relative));
        if (method == HttpMethod.Post || method == HttpMethod.Put)
        {
            request.Content = Content(body);
        }

        foreach (var (name, value) in headers ?? new Dictionary<string, string?>())
        {
            if (value is not null)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        var response = await SendAsync(request, cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw await ReadProblemAsync(response, cancellationToken);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            throw new AgentEvalConnectionException($"No service answers at {Server}: {e.Message}", e);
        }
        catch (TaskCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new AgentEvalConnectionException($"The service at {Server} did not answer within {http.Timeout.TotalSeconds:0} s.", e);
        }
    }

    // Bytes, not a stream: the service takes no body without Content-Length.
    private static ByteArrayContent Content(JsonNode? body)
    {
        var content = new ByteArrayContent(body is null ? [] : JsonSerializer.SerializeToUtf8Bytes(body, AgentEvalJson.Options));
        content.Headers.ContentType = body is null ? null : Json;
        return content;
    }

    private async Task<T> ReadAsync<T>(HttpResponseMessage response, string route, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            var value = await JsonSerializer.DeserializeAsync<T>(stream, Strict, cancellationToken);
            return value ?? throw new AgentEvalConnectionException($"{Server}api/{route} answered null.");
        }
        catch (JsonException e)
        {
            throw new AgentEvalConnectionException($"{Server}api/{route} gave an answer this client does not understand; is it AgentEval? {e.Message}", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new AgentEvalConnectionException($"The answer of {Server}api/{route} broke off: {e.Message}", e);
        }
    }

    private async Task<AgentEvalApiException> ReadProblemAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        ApiProblem? problem = null;
        try
        {
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            if (body.Length > 0 && response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true)
            {
                problem = JsonSerializer.Deserialize<ApiProblem>(body, AgentEvalJson.Options);
            }
        }
        catch (Exception e) when (e is JsonException or HttpRequestException or IOException)
        {
            // The status says enough; a body that is no problem document (a proxy's page) adds nothing.
        }

        problem ??= new ApiProblem { Title = Title(response), Status = (int)response.StatusCode, Detail = Detail(response.StatusCode) };
        var retryAfter = response.Headers.RetryAfter;
        return new AgentEvalApiException(response.StatusCode, problem, retryAfter?.Delta);
    }

    private static string Title(HttpResponseMessage response) =>
        string.IsNullOrEmpty(response.ReasonPhrase) ? response.StatusCode.ToString() : response.ReasonPhrase;

    /// <summary>AgentEval itself says more, but for a missing key.</summary>
    private string Detail(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized => "The service asks for a key; give it one that is valid.",
        HttpStatusCode.NotFound => "What answers there is not AgentEval, or not at this address.",
        HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable
            or HttpStatusCode.GatewayTimeout => "This is not the app's own answer: what hosts it, or stands before it, gave it. The app may be starting.",
        _ => $"This is no answer of AgentEval: something else listens at {Server}, or stands before it.",
    };
}
