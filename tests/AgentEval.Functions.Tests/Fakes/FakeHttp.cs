using System.Collections.Specialized;
using System.Net;
using System.Security.Claims;
using System.Text;
using System.Text.Json.Nodes;
using System.Web;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AgentEval.Functions.Tests.Fakes;

/// <summary>A request as the worker hands it to a function.</summary>
internal sealed class FakeHttpRequest : HttpRequestData
{
    private readonly AskedQuery _query;

    private FakeHttpRequest(string method, string url, byte[] body, FakeContext? context = null)
        : base(context ?? new FakeContext())
    {
        (Method, Url, Body) = (method, new Uri(new Uri("http://localhost/api/"), url), new MemoryStream(body));
        _query = new AskedQuery(HttpUtility.ParseQueryString(Url.Query));
    }

    public override Stream Body { get; }

    public override HttpHeadersCollection Headers { get; } = [];

    public override IReadOnlyCollection<IHttpCookie> Cookies => [];

    public override Uri Url { get; }

    public override NameValueCollection Query => _query;

    /// <summary>The names of the query's parameters that were looked for.</summary>
    public IReadOnlySet<string> Asked => _query.Names;

    public override IEnumerable<ClaimsIdentity> Identities => [];

    public override string Method { get; }

    public static FakeHttpRequest Get(string url) => new("GET", url, []);

    public static FakeHttpRequest GetIn(FakeContext context, string url) => new("GET", url, [], context);

    /// <summary>With the length and type a well-behaved client sends.</summary>
    public static FakeHttpRequest Send(string method, string url, string body, string type = "application/json") => Send(method, url, Encoding.UTF8.GetBytes(body), type);

    public static FakeHttpRequest Send(
        string method, string url, byte[] body, string? type = "application/json", string? length = null, FakeContext? context = null)
    {
        var request = new FakeHttpRequest(method, url, body, context);
        if ((length ?? $"{body.Length}").Length > 0)
        {
            request.Headers.TryAddWithoutValidation("Content-Length", length ?? $"{body.Length}");
        }

        if (type is not null)
        {
            request.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        return request;
    }

    public FakeHttpRequest With(string header, string value)
    {
        Headers.TryAddWithoutValidation(header, value);
        return this;
    }

    public override HttpResponseData CreateResponse() => new FakeHttpResponse(FunctionContext);

    private sealed class AskedQuery(NameValueCollection query) : NameValueCollection(query)
    {
        public HashSet<string> Names { get; } = [];

        public override string? Get(string? name)
        {
            Names.Add(name!);
            return base.Get(name);
        }

        public override string[]? GetValues(string? name)
        {
            Names.Add(name!);
            return base.GetValues(name);
        }
    }
}

internal sealed class FakeHttpResponse(FunctionContext context) : HttpResponseData(context)
{
    public override HttpStatusCode StatusCode { get; set; }

    public override HttpHeadersCollection Headers { get; set; } = [];

    public override Stream Body { get; set; } = new MemoryStream();

    public override HttpCookies Cookies => throw new NotSupportedException();
}

internal static class FakeHttpAnswers
{
    public static string Text(this HttpResponseData response) => Encoding.UTF8.GetString(((MemoryStream)response.Body).ToArray());

    public static JsonObject Json(this HttpResponseData response) => JsonNode.Parse(response.Text())!.AsObject();

    public static string? Header(this HttpResponseData response, string name) => response.Headers.TryGetValues(name, out var values) ? values.First() : null;

    /// <summary>The codes of a problem document's errors.</summary>
    public static IEnumerable<string> Codes(this HttpResponseData response) => response.Json()["errors"]!.AsArray().Select(error => (string)error!["code"]!);
}

internal sealed class FakeContext : FunctionContext
{
    public override string InvocationId => "invocation";

    public override string FunctionId => "function";

    public override TraceContext TraceContext => throw new NotSupportedException();

    public override BindingContext BindingContext { get; } = new FakeBindings();

    public override RetryContext RetryContext => throw new NotSupportedException();

    public override CancellationToken CancellationToken => Ended;

    /// <summary>Cancelled: the client went away, or the host stops.</summary>
    public CancellationToken Ended { get; init; }

    public override IServiceProvider InstanceServices { get; set; } = new ServiceCollection().AddLogging().BuildServiceProvider();

    public override FunctionDefinition FunctionDefinition => throw new NotSupportedException();

    public override IDictionary<object, object> Items { get; set; } = new Dictionary<object, object>();

    public override IInvocationFeatures Features => throw new NotSupportedException();

    public Dictionary<string, object?> Bindings => ((FakeBindings)BindingContext).Data;

    private sealed class FakeBindings : BindingContext
    {
        public Dictionary<string, object?> Data { get; } = [];

        public override IReadOnlyDictionary<string, object?> BindingData => Data;
    }
}
