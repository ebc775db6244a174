using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace AgentEval.LocalRuntime.Http;

internal sealed class LocalHttpResponse(FunctionContext context, HttpStatusCode status, Stream body) : HttpResponseData(context)
{
    private readonly ResponseCookies _cookies = new();
    private HttpHeadersCollection _headers = [];
    private Stream _body = body;

    public override HttpStatusCode StatusCode { get; set; } = status;

    public override HttpHeadersCollection Headers
    {
        get => _headers;
        set => _headers = value ?? throw new InvalidOperationException($"{nameof(Headers)} property cannot be null");
    }

    public override Stream Body
    {
        get => _body;
        set => _body = value ?? throw new InvalidOperationException($"{nameof(Body)} property cannot be null");
    }

    public override HttpCookies Cookies => _cookies;

    public IReadOnlyList<IHttpCookie> SetCookies => _cookies.All;

    private sealed class ResponseCookies : HttpCookies
    {
        public List<IHttpCookie> All { get; } = [];

        public override void Append(string name, string value) => All.Add(new HttpCookie(name, value));

        public override void Append(IHttpCookie cookie) => All.Add(cookie);

        public override IHttpCookie CreateNew() => new HttpCookie("", "");
    }
}
