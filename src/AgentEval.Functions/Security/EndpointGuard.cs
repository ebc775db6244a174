using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace AgentEval.Functions.Security;

/// <summary>
/// Keeps the app from being used to reach into the network it runs in. Asked at submission, and again at every connect, so that a name that
/// changes its address in between gains nothing.
/// </summary>
public sealed class EndpointGuard
{
    private readonly SecurityOptions _options;
    private readonly TimeProvider _time;
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve;

    public EndpointGuard(IOptions<SecurityOptions> options, TimeProvider time)
        : this(options, time, ResolveByDnsAsync)
    {
    }

    internal EndpointGuard(IOptions<SecurityOptions> options, TimeProvider time, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options.Value;
        _time = time;
        _resolve = resolve;
    }

    /// <summary>
    /// Why the app may not call some of <paramref name="endpoints"/>. A name that does not resolve, or not within 5 s for all of them together, is left to
    /// the call itself.
    /// </summary>
    public Task<IReadOnlyList<string>> FindRefusalsAsync(IReadOnlyList<Uri> endpoints, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        return AddressTrials.FindProblemsAsync(endpoints, FindRefusalAsync, _time, cancellationToken);
    }

    private async Task<string?> FindRefusalAsync(Uri endpoint, CancellationToken limit, CancellationToken either)
    {
        if (!endpoint.IsAbsoluteUri || endpoint.Scheme is not ("http" or "https"))
        {
            return "The address must be an absolute http or https URL.";
        }

        if (endpoint.UserInfo.Length > 0)
        {
            return "The address must not hold a user name or password; use auth with a secretRef.";
        }

        try
        {
            await ResolveAsync(endpoint.IdnHost, either);
            return null;
        }
        catch (EndpointRefusedException refusal)
        {
            return refusal.Message;
        }
        catch (SocketException)
        {
            return null;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Connects for a <see cref="SocketsHttpHandler"/>.</summary>
    /// <exception cref="EndpointRefusedException">The name has an address that is refused.</exception>
    internal ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken) =>
        ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellationToken);

    /// <summary>Resolves the name once and connects to nothing but the addresses that were looked at.</summary>
    /// <exception cref="EndpointRefusedException">The name has an address that is refused.</exception>
    /// <exception cref="SocketException">There is no such name, or nothing listens there.</exception>
    internal async ValueTask<Stream> ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        var addresses = await ResolveAsync(host, cancellationToken);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A name that no DNS server would take is one that does not resolve.</summary>
    private static async Task<IPAddress[]> ResolveByDnsAsync(string host, CancellationToken cancellationToken)
    {
        try
        {
            return await Dns.GetHostAddressesAsync(host, cancellationToken);
        }
        catch (ArgumentException)
        {
            throw new SocketException((int)SocketError.HostNotFound);
        }
    }

    private async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        // Only some systems let go of a look-up that is under way; where none of its servers answers, it may take minutes.
        var addresses = IPAddress.TryParse(host.Trim('[', ']'), out var literal) ? [literal] : await _resolve(host, cancellationToken).WaitAsync(cancellationToken);
        if (!_options.AllowPrivateEndpoints && addresses.FirstOrDefault(PrivateAddresses.Contains) is { } refused)
        {
            throw new EndpointRefusedException(
                $"'{host}' resolves to {refused}, a loopback, link-local or private address. " +
                $"{SecurityOptions.Section}:AllowPrivateEndpoints allows such endpoints.");
        }

        return addresses.Length > 0 ? addresses : throw new SocketException((int)SocketError.HostNotFound);
    }
}

/// <summary>The app may not call this endpoint.</summary>
public sealed class EndpointRefusedException(string message) : Exception(message);
