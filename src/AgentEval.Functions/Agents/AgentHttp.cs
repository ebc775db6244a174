using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using AgentEval.Core.Agents;
using AgentEval.Core.Json;
using AgentEval.Functions.Security;

namespace AgentEval.Functions.Agents;

/// <summary>
/// Calls agents over HTTP: no redirects, no cookies, no proxy, connects only where <see cref="EndpointGuard"/> allows, and never reads more of
/// an answer than it was told to.
/// </summary>
internal sealed class AgentHttp : IDisposable
{
    private readonly HttpMessageInvoker _invoker;
    private readonly ISecretResolver _secrets;
    private readonly TimeProvider _time;

    public AgentHttp(EndpointGuard guard, ISecretResolver secrets, TimeProvider time)
    {
        _secrets = secrets;
        _time = time;
        _invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            MaxResponseHeadersLength = 64,
            ConnectCallback = guard.ConnectAsync,
        });
    }

    /// <summary>Sends JSON (or nothing) with the agent's headers; its credentials go only to the hosts of its own <c>urls</c>.</summary>
    /// <param name="maxBytes">Of the answer; the rest is not read.</param>
    /// <exception cref="AgentException">No connection, or no secret.</exception>
    public async Task<AgentHttpAnswer> SendAsync(
        AgentSpec agent, HttpMethod method, Uri url, JsonNode? body, AgentTemplates headers, int maxBytes, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, url);
        request.Headers.TryAddWithoutValidation("Accept", "application/json, text/plain;q=0.9, */*;q=0.5");
        request.Headers.TryAddWithoutValidation("User-Agent", "AgentEval");
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.ToJsonString(AgentEvalJson.Options)));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        if (agent.Urls.Any(own => IsSameServer(own, url)))
        {
            await AddHeadersAsync(agent, request, headers, cancellationToken);
        }

        return await SendAsync(request, maxBytes, cancellationToken);
    }

    private async Task<AgentHttpAnswer> SendAsync(HttpRequestMessage request, int maxBytes, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _invoker.SendAsync(request, cancellationToken);
            var (body, complete, failure) = await ReadAsync(response.Content, maxBytes, cancellationToken);
            return new AgentHttpAnswer(
                (int)response.StatusCode,
                response.Content.Headers.ContentType?.MediaType,
                body,
                complete,
                failure is null ? null : Unreachable(request.RequestUri!, failure),
                AgentHttpAnswer.ReadRetryAfter(response.Headers.RetryAfter, _time.GetUtcNow()),
                LocationOf(response, request.RequestUri!));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw Unreachable(request.RequestUri!, exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unreachable(request.RequestUri!, exception);
        }
    }

    private async Task AddHeadersAsync(AgentSpec agent, HttpRequestMessage request, AgentTemplates templates, CancellationToken cancellationToken)
    {
        foreach (var (name, value) in agent.Headers)
        {
            AddHeader(request, name, templates.FillString(value));
        }

        if (agent.Auth.Type == AgentAuthType.None || agent.Auth.SecretRef is null)
        {
            return;
        }

        var secret = await ReadSecretAsync(agent.Auth.SecretRef, cancellationToken);
        switch (agent.Auth.Type)
        {
            case AgentAuthType.Bearer:
                AddHeader(request, "Authorization", $"Bearer {secret}");
                break;
            case AgentAuthType.ApiKey:
                AddHeader(request, agent.Auth.Header ?? "X-Api-Key", secret);
                break;
            default:
                AddHeader(request, agent.Auth.Header ?? "Authorization", secret);
                break;
        }
    }

    private async ValueTask<string> ReadSecretAsync(string secretRef, CancellationToken cancellationToken)
    {
        try
        {
            return await _secrets.ResolveAsync(secretRef, cancellationToken);
        }
        catch (SecretUnavailableException exception)
        {
            throw new AgentException(AgentErrorCodes.SecretUnavailable, exception.Message, innerException: exception);
        }
    }

    private static bool IsSameServer(Uri one, Uri other) =>
        Uri.Compare(one, other, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;

    private static Uri? LocationOf(HttpResponseMessage response, Uri asked) =>
        (int)response.StatusCode is >= 300 and < 400 && response.Headers.Location is { } location ? new Uri(asked, location) : null;

    /// <summary>A value with a line break would end the header and start another.</summary>
    private static void AddHeader(HttpRequestMessage request, string name, string value)
    {
        if (value.AsSpan().ContainsAny('\r', '\n', '\0'))
        {
            throw new AgentException(AgentErrorCodes.Failed, $"The value of the header '{name}' holds a line break; nothing was sent.");
        }

        request.Headers.Remove(name);
        if (!request.Headers.TryAddWithoutValidation(name, value) && request.Content is not null)
        {
            request.Content.Headers.Remove(name);
            request.Content.Headers.TryAddWithoutValidation(name, value);
        }
    }

    /// <summary>What came before a connection broke is kept: it may be all that is wanted of the answer.</summary>
    private static async Task<(string Body, bool Complete, Exception? Failure)> ReadAsync(HttpContent content, int maxBytes, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[Math.Min(maxBytes + 1, Math.Max(4_096, (int)Math.Min(content.Headers.ContentLength ?? 0, maxBytes) + 1))];
        var length = 0;
        try
        {
            while (await stream.ReadAsync(buffer.AsMemory(length), cancellationToken) is > 0 and var read)
            {
                length += read;
                if (length == buffer.Length && length <= maxBytes)
                {
                    Array.Resize(ref buffer, (int)Math.Min(maxBytes + 1L, buffer.Length * 2L));
                }
                else if (length > maxBytes)
                {
                    return (Decode(content, buffer.AsSpan(0, maxBytes)), false, null);
                }
            }
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return (Decode(content, buffer.AsSpan(0, length)), false, failure);
        }

        return (Decode(content, buffer.AsSpan(0, length)), true, null);
    }

    private static string Decode(HttpContent content, ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith(Encoding.UTF8.Preamble))
        {
            bytes = bytes[Encoding.UTF8.Preamble.Length..];
        }

        var encoding = content.Headers.ContentType?.CharSet?.Trim('"').ToUpperInvariant() switch
        {
            "ISO-8859-1" or "LATIN1" or "WINDOWS-1252" => Encoding.Latin1,
            "UTF-16" or "UTF-16LE" => Encoding.Unicode,
            "UTF-16BE" => Encoding.BigEndianUnicode,
            _ => Encoding.UTF8,
        };
        return encoding.GetString(bytes);
    }

    private static AgentException Unreachable(Uri url, Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is EndpointRefusedException)
            {
                return new AgentException(AgentErrorCodes.EndpointRefused, cause.Message, innerException: exception);
            }
        }

        var place = url.GetLeftPart(UriPartial.Path);
        var message = exception switch
        {
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => $"The name of {place} does not resolve.",
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } =>
                $"No connection to {place}: {exception.InnerException?.Message ?? exception.Message}",
            OperationCanceledException => $"No connection to {place} in 15 seconds.",
            _ => $"The connection to {place} broke before the answer was complete: {exception.GetBaseException().Message}",
        };
        return new AgentException(AgentErrorCodes.Unreachable, message, retryable: true, innerException: exception);
    }

    public void Dispose() => _invoker.Dispose();
}
