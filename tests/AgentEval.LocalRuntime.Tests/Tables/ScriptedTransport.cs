using System.Net;
using System.Text;
using Azure.Core.Pipeline;
using Azure.Data.Tables;

namespace AgentEval.LocalRuntime.Tests.Tables;

/// <summary>Answers requests from a list and keeps what was asked.</summary>
internal sealed class ScriptedTransport(params ScriptedAnswer[] answers) : HttpMessageHandler
{
    private int _next;

    public List<HttpRequestMessage> Requests { get; } = [];

    public List<string> Bodies { get; } = [];

    public TableClientOptions Options => new()
    {
        Transport = new HttpClientTransport(new HttpClient(this)),
        Retry = { Delay = TimeSpan.Zero, MaxDelay = TimeSpan.Zero },
    };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests.Add(request);
        Bodies.Add(request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken));
        ScriptedAnswer answer = answers[_next++];
        HttpResponseMessage response = new((HttpStatusCode)answer.Status) { Content = new StringContent(answer.Body, Encoding.UTF8, answer.ContentType) };
        return response;
    }
}

internal sealed record ScriptedAnswer(int Status, string Body = "", string ContentType = "application/json");
