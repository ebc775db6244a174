using System.Text.Json.Nodes;
using AgentEval.Core.Agents;
using AgentEval.Core.Api;
using AgentEval.Core.Problems;
using AgentEval.Core.Runs;
using AgentEval.Core.Scenarios;
using AgentEval.Core.Settings;
using AgentEval.Core.Suites;
using AgentEval.Functions.Runs;
using AgentEval.Functions.Storage;
using AgentEval.Functions.Submissions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AgentEval.Functions.Tests.Fakes;

/// <summary>The app's own services, wired as the app wires them, on a storage account and a clock of the test's.</summary>
internal sealed class AppBench : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    /// <param name="connectionString">Of the storage account.</param>
    /// <param name="time">The clock; null: the machine's.</param>
    /// <param name="settings">Of the app.</param>
    /// <param name="replace">Registers what takes the place of a service.</param>
    public AppBench(string connectionString, TimeProvider? time = null, Dictionary<string, string?>? settings = null, Action<IServiceCollection>? replace = null)
    {
        Time = time ?? TimeProvider.System;
        var all = new Dictionary<string, string?>(settings ?? []) { ["AzureWebJobsStorage"] = connectionString };
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(all).Build();
        var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddSingleton(Time)
            .AddLogging()
            .AddAgentEval(configuration);
        replace?.Invoke(services);
        _services = services.BuildServiceProvider();
    }

    public TimeProvider Time { get; }

    public FakeDurableClient Client { get; } = new();

    public StorageConnections Connections => Get<StorageConnections>();

    public RunStore Runs => Get<RunStore>();

    public static async Task<AppBench> OpenAsync(
        string connectionString, TimeProvider? time = null, Dictionary<string, string?>? settings = null, Action<IServiceCollection>? replace = null)
    {
        var bench = new AppBench(connectionString, time, settings, replace);
        await Task.WhenAll(
            StorageNames.Tables.Select(name => (Task)bench.Connections.Tables.CreateTableIfNotExistsAsync(name))
                .Concat(StorageNames.Containers.Select(name => (Task)bench.Connections.Blobs.GetBlobContainerClient(name).CreateIfNotExistsAsync())));
        return bench;
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public T Create<T>() => ActivatorUtilities.CreateInstance<T>(_services);

    public object Create(Type type) => ActivatorUtilities.CreateInstance(_services, type);

    /// <summary>A run as a submission leaves it, but for its place in the queue.</summary>
    public async Task<RunRow> AddRunAsync(
        RunStatus status = RunStatus.Queued, JsonObject? suite = null, JsonObject? agent = null, JsonObject? settings = null, Func<RunRow, RunRow>? change = null)
    {
        var document = Samples.Document(RunIds.Create(TimeProvider.System), suite, agent, settings, Time.GetUtcNow());
        await Runs.WriteDocumentAsync(document, default);
        var row = (change ?? (same => same))(Samples.Row(document, status));
        Assert.True(await Runs.TryInsertAsync(row, default));
        return (await Runs.FindAsync(row.RunId, default))!;
    }

    public Task<SubmissionOutcome> SubmitAsync(JsonObject request, SubmissionOrigin? origin = null)
    {
        var read = RunRequestReader.Read(request);
        Assert.False(read.Problems.HasErrors, string.Join('\n', read.Problems.Errors));
        return Get<SubmissionService>().SubmitAsync(read.Value!, read.Problems, origin ?? new SubmissionOrigin("http", null, Start: true), Client, default);
    }

    public async Task<RunRow> RowAsync(string runId) => await Runs.FindAsync(runId, default) ?? throw new InvalidOperationException($"No row of {runId}.");

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}

/// <summary>Small documents to vary.</summary>
internal static class Samples
{
    public static JsonObject Suite(string name = "greetings", string version = "1.0.0", params JsonObject[] scenarios) => new()
    {
        ["suite"] = name,
        ["version"] = version,
        ["scenarios"] = new JsonArray([.. scenarios.Length == 0 ? [Scenario("greets")] : scenarios]),
    };

    public static JsonObject Scenario(string id, params string[] dependsOn)
    {
        var scenario = new JsonObject
        {
            ["id"] = id,
            ["name"] = id,
            ["input"] = $"say {id}",
            ["criteria"] = new JsonArray(new JsonObject { ["contains"] = "hello" }),
        };
        if (dependsOn.Length > 0)
        {
            scenario["dependsOn"] = new JsonArray([.. dependsOn.Select(each => (JsonNode)each)]);
        }

        return scenario;
    }

    public static JsonObject Agent(Uri? url = null, string name = "bot") => new()
    {
        ["agent"] = name,
        ["type"] = "http",
        ["url"] = (url ?? new Uri("http://127.0.0.1:9/chat")).AbsoluteUri,
        ["response"] = new JsonObject { ["output"] = "$.reply" },
    };

    public static JsonObject Request(JsonNode? suite = null, JsonNode? agent = null) => new() { ["suite"] = suite ?? Suite(), ["agent"] = agent ?? Agent() };

    public static RunDocument Document(string runId, JsonObject? suite = null, JsonObject? agent = null, JsonObject? settings = null, DateTimeOffset createdAt = default)
    {
        var (suiteRead, agentRead) = (SuiteReader.Read(suite ?? Suite()), AgentReader.Read(agent ?? Agent()));
        var resolved = SettingsLayers.Resolve([settings ?? []]);
        var problems = suiteRead.Problems.Errors.Concat(agentRead.Problems.Errors).Concat(resolved.Problems.Errors);
        Assert.Empty(problems);
        return new RunDocument
        {
            RunId = runId,
            Seed = 7,
            Suite = suiteRead.Value!.Source,
            Agent = agentRead.Value!.Source,
            Settings = SettingsLayers.ToJson(resolved.Value! with { Seed = 7 }),
            SuiteIdentity = new SuiteIdentity(suiteRead.Value.Name, suiteRead.Value.Version, suiteRead.Value.ContentHash),
            AgentIdentity = new AgentIdentity(agentRead.Value!.Name, null, "http", null, "0123456789abcdef"),
            InitiatedBy = "http",
            CreatedAt = createdAt,
        };
    }

    public static RunRow Row(RunDocument document, RunStatus status = RunStatus.Queued) => new()
    {
        RunId = document.RunId,
        Status = status,
        Suite = document.SuiteIdentity.Name,
        SuiteVersion = document.SuiteIdentity.Version,
        Agent = document.AgentIdentity.Name,
        InitiatedBy = document.InitiatedBy,
        CreatedAt = document.CreatedAt,
    };

    public static LoadedRun Loaded(RunDocument document) => new(
        document, SuiteReader.Read(document.Suite).Value!, AgentReader.Read(document.Agent).Value!, SettingsLayers.Resolve([document.Settings]).Value!);

    public static TrialResult Trial(string scenarioId, int epoch = 1, TrialStatus status = TrialStatus.Passed, string? attack = null) => new()
    {
        TrialId = TrialIds.Format(scenarioId, epoch, attack),
        ScenarioId = scenarioId,
        Name = scenarioId,
        Category = "default",
        Difficulty = Difficulty.Medium,
        Epoch = epoch,
        Attack = attack,
        Status = status,
        Score = status == TrialStatus.Passed ? 1 : null,
        PassThreshold = 0.7,
        Seed = 42,
    };

    public static PlannedTrial Planned(string scenarioId, int epoch = 1, bool replay = false) =>
        new(TrialIds.Format(scenarioId, epoch), scenarioId, epoch, null, 42, replay);
}
