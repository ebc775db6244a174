using System.Globalization;
using System.Text;
using AgentEval.Tests.Shared;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace AgentEval.EndToEnd.Tests.Harness;

/// <summary>What the app asks of its storage.</summary>
/// <param name="Method">In upper case.</param>
/// <param name="Target">Path and query, unescaped.</param>
/// <param name="Body">As text.</param>
internal sealed record StorageRequest(string Method, string Target, string Body)
{
    /// <summary>A write whose address or content has all of these.</summary>
    public bool Writes(params IEnumerable<string> parts) => Method != "GET" && parts.All(part => Target.Contains(part, StringComparison.Ordinal) || Body.Contains(part, StringComparison.Ordinal));
}

/// <summary>
/// Stands between the app and its storage, and stops it at a chosen request: before the storage learns of it, or after it was done and before
/// the app learns of that. So a test knows where the app is when it kills it.
/// </summary>
internal sealed class StorageGate : IAsyncDisposable
{
    private readonly HttpClient _storage = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
    private readonly AzuriteServer _server;
    private readonly Lock _lock = new();
    private Stop? _stop;
    private WebApplication _app = null!;

    private StorageGate(AzuriteServer server) => _server = server;

    public string ConnectionString { get; private set; } = "";

    public static async Task<StorageGate> StartAsync(AzuriteServer server)
    {
        StorageGate gate = new(server);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0", "http://127.0.0.1:0", "http://127.0.0.1:0");
        gate._app = builder.Build();
        gate._app.Run(gate.PassAsync);
        await gate._app.StartAsync();
        var ports = gate.Doors().Zip(["Blob", "Queue", "Table"], (port, service) => string.Create(
            CultureInfo.InvariantCulture, $"{service}Endpoint=http://127.0.0.1:{port}/{AzuriteServer.AccountName};"));
        gate.ConnectionString = $"DefaultEndpointsProtocol=http;AccountName={AzuriteServer.AccountName};AccountKey={AzuriteServer.AccountKey};{string.Concat(ports)}";
        return gate;
    }

    /// <summary>Holds the first request that fits for ever; the returned task ends when it has come.</summary>
    /// <param name="fits">Which request.</param>
    /// <param name="done">Whether the storage does it first.</param>
    public Task StopAt(Func<StorageRequest, bool> fits, bool done)
    {
        lock (_lock)
        {
            _stop = new Stop(fits, done);
            return _stop.Reached.Task;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _storage.Dispose();
    }

    private List<int> Doors() => [.. _app.Urls.Select(url => new Uri(url).Port).Order()];

    private async Task PassAsync(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var stop = Take(new StorageRequest(context.Request.Method, Uri.UnescapeDataString(target), Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)body.Length)));
        if (stop is { Done: false })
        {
            await HoldAsync(stop, context);
            return;
        }

        using var request = Request(context, target, body.ToArray());
        using var response = await _storage.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        var content = await response.Content.ReadAsByteArrayAsync(context.RequestAborted);
        if (stop is not null)
        {
            await HoldAsync(stop, context);
            return;
        }

        context.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers).Where(header => header.Key is not ("Transfer-Encoding" or "Connection" or "Keep-Alive")))
        {
            context.Response.Headers[name] = values.ToArray();
        }

        await context.Response.Body.WriteAsync(content, context.RequestAborted);
    }

    private Stop? Take(StorageRequest request)
    {
        lock (_lock)
        {
            if (_stop is null || !_stop.Fits(request))
            {
                return null;
            }

            var stop = _stop;
            _stop = null;
            return stop;
        }
    }

    private HttpRequestMessage Request(HttpContext context, string target, byte[] body)
    {
        int[] ports = [_server.Ports.Blob, _server.Ports.Queue, _server.Ports.Table];
        var port = ports[Doors().IndexOf(context.Connection.LocalPort)];

        // The signature covers the address as the app wrote it.
        Uri address = new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}{target}"), new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        HttpRequestMessage request = new(HttpMethod.Parse(context.Request.Method), address);
        if (body.Length > 0 || context.Request.ContentLength is not null)
        {
            request.Content = new ByteArrayContent(body);
        }

        foreach (var (name, values) in context.Request.Headers.Where(header => header.Key is not ("Host" or "Content-Length" or "Transfer-Encoding" or "Connection" or "Expect")))
        {
            if (!request.Headers.TryAddWithoutValidation(name, (IEnumerable<string>)values!))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string>)values!);
            }
        }

        return request;
    }

    /// <summary>Until the app is dead.</summary>
    private static async Task HoldAsync(Stop stop, HttpContext context)
    {
        stop.Reached.TrySetResult();
        await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        context.Abort();
    }

    private sealed record Stop(Func<StorageRequest, bool> Fits, bool Done)
    {
        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
