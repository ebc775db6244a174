using System.Net;
using System.Net.Sockets;
using AgentEval.Cli.Hosting;

namespace AgentEval.Cli.Tests.Hosting;

public sealed class LocalServerTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly FakeInstallation _fake = new();
    private readonly StringWriter _errors = new();
    private readonly CliLog _log;

    public LocalServerTests() => _log = new CliLog(_errors, CliLogLevel.Debug, file: null, TimeProvider.System);

    public void Dispose()
    {
        _log.Dispose();
        _errors.Dispose();
        _fake.Dispose();
    }

    private Task<LocalServer> StartAsync(int port = 0, double graceSeconds = 60) => LocalServer.StartAsync(
        new LocalServerOptions(_fake.Data, "test") { Port = port, StorageGrace = TimeSpan.FromSeconds(graceSeconds) },
        _fake.Installation, _log, TimeProvider.System, CancellationToken.None);

    private ProcessRecord Record() => ProcessFile.Read(_fake.Data);

    [Fact]
    public async Task Start_OnAnEmptyFolder_RecordsWhatServesItAndEndsTheAppBeforeTheStorage()
    {
        ProcessRecord record;
        await using (LocalServer server = await StartAsync())
        {
            record = Record();
            using var http = new HttpClient();
            Assert.Equal("{}", await http.GetStringAsync(server.Url));
            Assert.Equal(server.Url, record.Url);
            Assert.True(record.App!.Identity.IsAlive());
            Assert.True(record.Azurite!.Identity.IsAlive());
            Assert.Equal(Environment.ProcessId, Assert.Single(record.Users).Pid);
            Assert.Contains($"TableEndpoint=http://127.0.0.1:{record.Azurite.TablePort}/", File.ReadAllText(server.AppLog), StringComparison.Ordinal);
        }

        Assert.Equal("app azurite", _fake.Ended);
        Assert.False(record.App!.Identity.IsAlive());
        Assert.False(record.Azurite!.Identity.IsAlive());
        Assert.False(File.Exists(Path.Combine(_fake.Data, ProcessFile.Name)));
    }

    [Fact]
    public async Task Start_OnAServedFolder_SharesItUntilTheLastOneLeaves()
    {
        var first = await StartAsync();
        var second = await StartAsync();

        Assert.False(first.IsShared);
        Assert.True(second.IsShared);
        Assert.Equal(first.Url, second.Url);
        await first.DisposeAsync();
        Assert.Equal("", _fake.Ended);
        await second.DisposeAsync();
        Assert.Equal("app azurite", _fake.Ended);
    }

    [Fact]
    public async Task Start_TwiceAtOnce_StartsOneAppAndOneAzurite()
    {
        var servers = await Task.WhenAll(StartAsync(), StartAsync());

        Assert.Equal(servers[0].Url, servers[1].Url);
        await Task.WhenAll(servers.Select(server => server.DisposeAsync().AsTask()));
        Assert.Equal("app azurite", _fake.Ended);
    }

    [Fact]
    public async Task Start_AfterTheAppWasKilled_GoesOnWithTheSameAzurite()
    {
        var first = await StartAsync();
        var before = Record();
        Signals.Kill(before.App!.Identity);
        await first.WaitForAppEndAsync(CancellationToken.None).WaitAsync(Limit);
        await first.AbandonAsync();

        await using var second = await StartAsync();

        var after = Record();
        Assert.False(second.IsShared);
        Assert.NotEqual(before.App.Pid, after.App!.Pid);
        Assert.Equal(before.Azurite, after.Azurite);
    }

    [Fact]
    public async Task Start_TheAppDiesAtOnce_TellsTheEndOfItsLogAndLeavesNothing()
    {
        Directory.CreateDirectory(_fake.Data);
        _fake.Write("data/broken", "");

        var e = await Assert.ThrowsAsync<CliException>(() => StartAsync());

        Assert.Equal(ExitCodes.Trouble, e.ExitCode);
        Assert.Contains("the app is broken", e.Message, StringComparison.Ordinal);
        Assert.Equal("azurite", _fake.Ended);
        Assert.False(File.Exists(Path.Combine(_fake.Data, ProcessFile.Name)));
    }

    [Fact]
    public async Task Start_RecordOfDeadProcesses_StartsAnew()
    {
        Directory.CreateDirectory(_fake.Data);
        var longAgo = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
        ProcessFile.Write(_fake.Data, new ProcessRecord
        {
            Url = new Uri("http://127.0.0.1:1"),
            App = new ServingProcess("app", Environment.ProcessId, longAgo, "host"),
            Azurite = new AzuriteProcess(Environment.ProcessId, longAgo, "host", 1, 2, 3),
            Users = [new FolderUser(Environment.ProcessId, longAgo, "host")],
        });

        await using var server = await StartAsync();

        Assert.False(server.IsShared);
        Assert.Equal("test", Assert.Single(Record().Users).Command);
    }

    [Fact]
    public async Task Start_PortInUse_TakesAFreeOneAndSaysSo()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        await using var server = await StartAsync(port);

        Assert.NotEqual(port, server.Url.Port);
        Assert.Contains($"Port {port} is in use", _errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Storage_AllUsersWereKilled_EndsAllByItselfTheAppFirst()
    {
        await using var server = await StartAsync(graceSeconds: 0);
        var record = Record();

        ProcessFile.Write(_fake.Data, record with { Users = [] });

        Assert.True(await Signals.WaitForEndAsync(record.Azurite!.Identity, Limit, TimeProvider.System));
        Assert.False(record.App!.Identity.IsAlive());
        Assert.Equal("app azurite", _fake.Ended);
    }

    [Fact]
    public async Task Companion_Started_ListensAndEndsWithTheServer()
    {
        ServingProcess companion;
        await using (LocalServer server = await StartAsync())
        {
            var url = await server.StartCompanionAsync("sample-agent", _fake.Installation.SampleAgentProgram, CancellationToken.None);
            companion = Assert.Single(Record().Companions);
            using var http = new HttpClient();
            Assert.Equal("{}", await http.GetStringAsync(url));
        }

        Assert.False(companion.Identity.IsAlive());
        Assert.EndsWith(" azurite", _fake.Ended, StringComparison.Ordinal);
    }

    [Fact]
    public void Identity_SamePidOfALaterProcess_IsAnother()
    {
        var self = ProcessIdentity.Current;

        Assert.True(self.IsAlive());
        Assert.False((self with { Started = self.Started.AddHours(-1) }).IsAlive());
    }
}
