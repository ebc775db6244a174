using System.Text.Json;
using AgentEval.LocalRuntime.Durable;
using AgentEval.LocalRuntime.Hosting;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;

namespace AgentEval.LocalRuntime.Tests.Hosting;

public sealed class ConfigurationTests : IDisposable
{
    private const string Settings = """
        {
          // as Core Tools allow
          "IsEncrypted": false,
          "Values": { "Plain": "file", "AgentEval__Retention": 90, "Shared_Test": "file" },
          "ConnectionStrings": { "Db": "x" },
          "Host": { "LocalHttpPort": 7099 }
        }
        """;

    private string? _directory;

    public void Dispose()
    {
        if (_directory is not null)
        {
            Directory.Delete(_directory, recursive: true);
        }
    }

    [Fact]
    public void Configuration_LocalSettings_AreLikeEnvironmentVariables()
    {
        var configuration = Build(settings: Settings).Configuration;

        Assert.Equal("file", configuration["Plain"]);
        Assert.Equal("90", configuration["AgentEval:Retention"]);
        Assert.Equal("x", configuration.GetConnectionString("Db"));
    }

    [Fact]
    public void Configuration_CommandLine_GoesBeforeTheFile() =>
        Assert.Equal("line", Build(settings: Settings, args: "--Plain=line").Configuration["Plain"]);

    [Fact]
    public void LocalSettings_PortOfTheHost_IsTheDefaultPort()
    {
        _directory = RunningApp.CreateDirectory(localSettings: Settings);
        var builder = new FunctionsApplicationBuilder(new AppSource([], _directory, LocalSettingsFile.Read(_directory)) { Id = "t" }, []);

        Assert.Equal("7099", builder.Configuration["LocalRuntime:Port"]);
    }

    [Fact]
    public void LocalSettings_Exported_ReachTheEnvironmentButGiveWayToIt()
    {
        var (fresh, taken) = ($"AgentEvalTest_{Path.GetRandomFileName()}", $"AgentEvalTest_{Path.GetRandomFileName()}");
        Environment.SetEnvironmentVariable(taken, "environment");
        _directory = RunningApp.CreateDirectory(localSettings: $$"""{ "Values": { "{{fresh}}": "file", "{{taken}}": "file" } }""");

        LocalSettingsFile.Read(_directory).ExportToEnvironment();

        Assert.Equal("file", Environment.GetEnvironmentVariable(fresh));
        Assert.Equal("environment", Environment.GetEnvironmentVariable(taken));
    }

    [Fact]
    public void Configuration_EnvironmentVariable_GoesBeforeTheFile()
    {
        var name = $"AgentEvalTest_{Path.GetRandomFileName().Replace(".", "", StringComparison.Ordinal)}";
        Environment.SetEnvironmentVariable($"{name}__X", "environment");

        Assert.Equal("environment", Build(settings: $$"""{ "Values": { "{{name}}__X": "file" } }""").Configuration[$"{name}:X"]);
    }

    [Fact]
    public void CreateBuilder_EntryAssembly_IsTheApp()
    {
        using var app = FunctionsApplication.CreateBuilder(["--Plain=line"]).Build();

        Assert.Equal("line", ((IConfiguration)app.Services.GetService(typeof(IConfiguration))!)["Plain"]);
    }

    [Theory]
    [InlineData("""{ "IsEncrypted": true }""", "is encrypted")]
    [InlineData("{ nonsense", "is not JSON")]
    public void LocalSettings_Unreadable_SaysWhy(string text, string message)
    {
        _directory = RunningApp.CreateDirectory(localSettings: text);

        var problem = Assert.Throws<InvalidDataException>(() => LocalSettingsFile.Read(_directory));

        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void HostSettings_NoFile_HasTheHostsDefaults()
    {
        var host = Read(null);

        Assert.Equal("api", host.RoutePrefix);
        Assert.Equal(TimeSpan.FromMinutes(30), host.FunctionTimeout);
        Assert.Equal(new QueueSettings(), host.Queues);
        Assert.Equal((16, 8, 5, true), (host.Queues.BatchSize, host.Queues.NewBatchThreshold, host.Queues.MaxDequeueCount, host.Queues.Base64));
    }

    [Fact]
    public void HostSettings_File_IsRead()
    {
        var host = Read("""
            {
              "functionTimeout": "-1",
              "logging": { "logLevel": { "default": "Warning", "A.B": "Debug" } },
              "extensions": {
                "queues": { "batchSize": 8, "maxDequeueCount": 3, "visibilityTimeout": "00:00:10", "maxPollingInterval": "00:00:02", "messageEncoding": "none" },
                "durableTask": { "hubName": "Hub", "storageProvider": { "type": "AzureStorage", "controlQueueVisibilityTimeout": "00:01:00" } }
              }
            }
            """);

        Assert.Null(host.FunctionTimeout);
        Assert.Equal("Debug", host.LogLevels["A.B"]);
        Assert.Equal("Hub", TaskHubOptions.Read(host.DurableTask, replayEveryTurn: false).HubName);
        Assert.Equal(
            new QueueSettings
            {
                BatchSize = 8,
                NewBatchThreshold = 4,
                MaxDequeueCount = 3,
                VisibilityTimeout = TimeSpan.FromSeconds(10),
                MaxPollingInterval = TimeSpan.FromSeconds(2),
                Base64 = false,
            },
            host.Queues);
    }

    [Fact]
    public void HostSettings_Override_GoesBeforeTheFile()
    {
        var host = Read("""{ "functionTimeout": "00:10:00" }""", "--AzureFunctionsJobHost:functionTimeout=00:01:00");

        Assert.Equal(TimeSpan.FromMinutes(1), host.FunctionTimeout);
    }

    [Theory]
    [InlineData("""{ "functionTimeout": "soon" }""", "functionTimeout is \"soon\"")]
    [InlineData("""{ "extensions": { "queues": { "batchSize": 33 } } }""", "extensions.queues.batchSize is \"33\"")]
    [InlineData("""{ "extensions": { "queues": { "messageEncoding": "utf8" } } }""", "extensions.queues.messageEncoding is \"utf8\"")]
    [InlineData("""{ "extensions": { "queues": { "maxPollingInterval": "00:00:00.01" } } }""", "extensions.queues.maxPollingInterval")]
    [InlineData("""{ "logging": { "logLevel": { "default": "Loud" } } }""", "logging.logLevel.default is \"Loud\"")]
    public void HostSettings_ValueOutOfRange_IsNamed(string text, string message)
    {
        var problem = Assert.Throws<InvalidDataException>(() => Build(text));

        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_ReadyFile_TellsPidAndUrlAndGoesWithTheApp()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName(), "ready.json");
        var app = await RunningApp.StartAsync([], args: $"--LocalRuntime:ReadyFile={path}");

        var ready = JsonDocument.Parse(await File.ReadAllTextAsync(path)).RootElement;
        Assert.Equal(Environment.ProcessId, ready.GetProperty("pid").GetInt32());
        Assert.Equal(app.Client.BaseAddress, new Uri(ready.GetProperty("url").GetString()!));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(path)!));

        await app.DisposeAsync();
        Assert.False(File.Exists(path));
        Directory.Delete(Path.GetDirectoryName(path)!);
    }

    [Theory]
    [InlineData("0.0.0.0", "set AgentEval:ApiKey first")]
    [InlineData("*", "set AgentEval:ApiKey first")]
    [InlineData("nowhere", "give an IP address")]
    public async Task Start_AddressBeyondLoopbackWithoutKey_IsRefused(string address, string message)
    {
        var problem = await Assert.ThrowsAsync<InvalidOperationException>(() => RunningApp.StartAsync([], args: $"--LocalRuntime:Host={address}"));

        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_AddressBeyondLoopbackWithKey_Listens()
    {
        await using var app = await RunningApp.StartAsync([], args: ["--LocalRuntime:Host=0.0.0.0", "--AgentEval:ApiKey=k"]);

        Assert.Equal("127.0.0.1", app.Client.BaseAddress!.Host);
    }

    private FunctionsApplicationBuilder Build(string? hostJson = null, string? settings = null, params string[] args)
    {
        _directory = RunningApp.CreateDirectory(hostJson, settings);
        return RunningApp.CreateBuilder(_directory, [], args);
    }

    private HostSettings Read(string? hostJson, params string[] args)
    {
        var configuration = Build(hostJson, null, args).Configuration;
        return HostSettings.Read(_directory!, configuration);
    }
}
