using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using AgentEval.Tests.Shared;

namespace AgentEval.LocalRuntime.Tests.Shared;

public sealed class AzuriteServerTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    [Fact]
    public async Task StartAsync_OnceReturned_AllThreeServicesAnswer()
    {
        using HttpClient http = new();
        foreach (Uri endpoint in new[] { azurite.Server.BlobEndpoint, azurite.Server.QueueEndpoint, azurite.Server.TableEndpoint })
        {
            using HttpResponseMessage response = await http.GetAsync(endpoint);
            Assert.InRange((int)response.StatusCode, 400, 403);
            Assert.StartsWith("Azurite-", response.Headers.Server.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task DisposeAsync_OfAnotherServer_EndsItsProcessAndFreesItsPort()
    {
        AzuriteServer other = await AzuriteServer.StartAsync();
        Assert.NotEqual(azurite.Server.Ports, other.Ports);
        using Process process = Process.GetProcessById(other.ProcessId);

        await other.DisposeAsync();

        Assert.True(process.WaitForExit(TimeSpan.Zero));
        using TcpListener listener = new(IPAddress.Loopback, other.Ports.Table);
        listener.Start();
    }

    [Fact]
    public void UniqueName_Twice_Differs() => Assert.NotEqual(AzuriteFixture.UniqueName(), AzuriteFixture.UniqueName());
}
