using System.Net;
using System.Security.Claims;
using AgentEval.LocalRuntime.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace AgentEval.LocalRuntime.Http;

/// <summary>A request as a function sees it; headers, cookies and URL are made when asked for.</summary>
internal sealed class LocalHttpRequest(FunctionContext context, HttpRequest request, Stream body) : HttpRequestData(context)
{
    private HttpHeadersCollection? _headers;
    private IReadOnlyCollection<IHttpCookie>? _cookies;
    private Uri? _url;

    /// <summary>The request of an execution; null: HTTP did not trigger it.</summary>
    public static HttpRequestData? Of(FunctionContext context) =>
        context is LocalFunctionContext { Function.Trigger: HttpTriggerAttribute } local ? (HttpRequestData?)local.Event.Trigger(local) : null;

    public override Stream Body { get; } = body;

    public override HttpHeadersCollection Headers =>
        _headers ??= new HttpHeadersCollection(request.Headers.Select(h => KeyValuePair.Create<string, IEnumerable<string>>(h.Key, h.Value.OfType<string>())));

    public override IReadOnlyCollection<IHttpCookie> Cookies =>
        _cookies ??= [.. request.Cookies.Select(c => (IHttpCookie)new HttpCookie(c.Key, c.Value))];

    public override Uri Url => _url ??= new Uri(request.GetEncodedUrl());

    public override IEnumerable<ClaimsIdentity> Identities => [];

    public override string Method { get; } = request.Method;

    public override HttpResponseData CreateResponse() => new LocalHttpResponse(FunctionContext, HttpStatusCode.OK, new MemoryStream());
}
