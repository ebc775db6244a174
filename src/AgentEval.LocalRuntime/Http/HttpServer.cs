using System.Net;
using AgentEval.LocalRuntime.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AgentEval.LocalRuntime.Http;

/// <summary>Kestrel with nothing around it but the functions.</summary>
internal sealed partial class HttpServer(
    LocalRuntimeOptions options, HttpFunctions functions, IServiceProvider services, ILoggerFactory loggers, ILogger<HttpServer> logger)
    : IRuntimePart, IDisposable
{
    /// <summary>The real host's limit.</summary>
    private const long MaxBodyBytes = 100L * 1024 * 1024;

    private KestrelServer? _server;

    public int Order => 100;

    /// <exception cref="InvalidOperationException">The server does not listen yet.</exception>
    public Uri BaseUrl => _server?.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() is { } address
        ? new Uri(address.Replace("[::]", "localhost", StringComparison.Ordinal).Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal))
        : throw new InvalidOperationException("The HTTP server does not listen yet.");

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var kestrel = new KestrelServerOptions { ApplicationServices = services, AddServerHeader = false };
        kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
        kestrel.Listen(options.ListenAddress(), options.Port, listen => listen.Protocols = HttpProtocols.Http1);
        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), loggers);
        _server = new KestrelServer(Options.Create(kestrel), transport, loggers);
        await _server.StartAsync(functions, cancellationToken);
        LogListening(BaseUrl);
    }

    public Task StopAsync(CancellationToken cancellationToken) => _server?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public void Dispose() => _server?.Dispose();

    [LoggerMessage(Level = LogLevel.Information, Message = "Listening on {Url}")]
    private partial void LogListening(Uri url);
}
