using Microsoft.AspNetCore.Http;

namespace AgentEval.LocalRuntime.Http;

internal static class RequestBody
{
    /// <summary>The whole body in memory; empty without a <c>Content-Length</c>, because that is what the real host hands on of a chunked one.</summary>
    /// <exception cref="BadHttpRequestException">It is larger than the host takes (413), or ends early (400).</exception>
    public static async Task<Stream> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength is not > 0)
        {
            return new MemoryStream();
        }

        // Grows as bytes arrive: a client that only claims a large body costs nothing.
        var body = new MemoryStream((int)Math.Min(request.ContentLength.Value, 64 * 1024));
        await request.Body.CopyToAsync(body, cancellationToken);
        body.Position = 0;
        return body;
    }
}
