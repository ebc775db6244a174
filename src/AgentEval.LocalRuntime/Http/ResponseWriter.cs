using System.Text;
using AgentEval.LocalRuntime.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.Options;
using SameSiteMode = Microsoft.AspNetCore.Http.SameSiteMode;

namespace AgentEval.LocalRuntime.Http;

/// <summary>Sends what a function returned: a response, text, any other value as JSON, or 204 for nothing.</summary>
internal sealed class ResponseWriter(IOptions<WorkerOptions> worker)
{
    public Task WriteAsync(HttpContext context, object? result)
    {
        switch (result)
        {
            case HttpResponseData response:
                return WriteAsync(context, response);
            case null:
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                return Task.CompletedTask;
            case string text:
                context.Response.ContentType = "text/plain; charset=utf-8";
                return WriteAsync(context, Encoding.UTF8.GetBytes(text));
            default:
                context.Response.ContentType = "application/json; charset=utf-8";
                return WriteAsync(context, worker.Value.Serializer!.Serialize(result, result.GetType(), context.RequestAborted).ToMemory());
        }
    }

    private static async Task WriteAsync(HttpContext context, HttpResponseData response)
    {
        context.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers)
        {
            // Length and framing are the server's.
            if (!name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) && !name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
            {
                context.Response.Headers[name] = string.Join(",", values);
            }
        }

        foreach (var cookie in (response as LocalHttpResponse)?.SetCookies ?? [])
        {
            Append(context.Response, cookie);
        }

        await WriteBodyAsync(context, response.Body);
    }

    private static async Task WriteBodyAsync(HttpContext context, Stream body)
    {
        if (!body.CanRead || context.Response.StatusCode is StatusCodes.Status204NoContent or StatusCodes.Status304NotModified)
        {
            return;
        }

        if (body is MemoryStream memory && memory.TryGetBuffer(out var buffer))
        {
            await WriteAsync(context, buffer);
            return;
        }

        if (body.CanSeek)
        {
            body.Position = 0;
            context.Response.ContentLength = body.Length;
        }

        await body.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private static Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> bytes)
    {
        context.Response.ContentLength = bytes.Length;
        return context.Response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }

    private static void Append(HttpResponse response, IHttpCookie cookie) => response.Cookies.Append(cookie.Name, cookie.Value, new CookieOptions
    {
        Domain = cookie.Domain,
        Expires = cookie.Expires,
        HttpOnly = cookie.HttpOnly ?? false,
        MaxAge = cookie.MaxAge is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        Path = cookie.Path,
        Secure = cookie.Secure ?? false,
        SameSite = cookie.SameSite switch
        {
            SameSite.Lax => SameSiteMode.Lax,
            SameSite.Strict => SameSiteMode.Strict,
            SameSite.ExplicitNone => SameSiteMode.None,
            _ => SameSiteMode.Unspecified,
        },
    });
}
