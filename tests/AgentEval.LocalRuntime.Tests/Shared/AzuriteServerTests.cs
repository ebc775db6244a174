using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using AgentEval.Tests.Shared;
using Azure.Data.Tables;

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
    public async Task StartAsync_OnTheFolderAndPortsOfAFormerServer_GoesOnWithItsData()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("azurite");
        try
        {
            AzuriteServer former = await AzuriteServer.StartAsync(new AzuriteOptions { Folder = folder.FullName });
            TableClient table = new(former.ConnectionString, AzuriteFixture.UniqueName());
            await table.CreateAsync();
            await table.AddEntityAsync(new TableEntity("p", "r"));
            await former.DisposeAsync();

            await using AzuriteServer next = await AzuriteServer.StartAsync(new AzuriteOptions { Folder = folder.FullName, Ports = former.Ports });

            Assert.Equal(former.ConnectionString, next.ConnectionString);
            Assert.True((await table.GetEntityIfExistsAsync<TableEntity>("p", "r")).HasValue);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task KillAsync_EndsTheProcessAtOnce()
    {
        AzuriteServer server = await AzuriteServer.StartAsync();
        using Process process = Process.GetProcessById(server.ProcessId);

        await server.KillAsync();

        Assert.True(process.HasExited);
        await server.DisposeAsync();
    }

    [Fact]
    public void UniqueName_Twice_Differs() => Assert.NotEqual(AzuriteFixture.UniqueName(), AzuriteFixture.UniqueName());
}
