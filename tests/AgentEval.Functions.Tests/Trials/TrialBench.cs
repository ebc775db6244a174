using System.Text.Json.Nodes;
using AgentEval.Core.Agents;
using AgentEval.Core.Scenarios;
using AgentEval.Core.Settings;
using AgentEval.Core.Suites;
using AgentEval.Core.Traces;
using AgentEval.Functions.Agents;
using AgentEval.Functions.Security;
using AgentEval.Functions.Tests.Fakes;
using AgentEval.Functions.Trials;
using Microsoft.Extensions.Options;

namespace AgentEval.Functions.Tests.Trials;

/// <summary>A trial ready to run, with everything a test may want to turn.</summary>
internal sealed class TrialBench(bool allowPrivateEndpoints = true) : IDisposable
{
    private AgentHttp? _http;

    public SecretRedactor Redactor { get; } = new();

    public Dictionary<string, string> Secrets { get; } = [];

    /// <summary>Retries wait no real time; call and trial timeouts are longer than what jumps.</summary>
    public FakeTime Time { get; init; } = new() { JumpUpTo = TimeSpan.FromSeconds(60) };

    public RecordingSink Sink { get; init; } = new();

    public RunSettings Settings { get; set; } = new()
    {
        Execution = new ExecutionSettings { TurnTimeoutSeconds = 120, TimeoutSeconds = 600 },
        Validators = new ValidatorSettings(),
    };

    public AgentSpec Agent { get; set; } = new() { Name = "bot", Type = AgentType.Http, Source = [] };

    public IReadOnlyList<SimulatedTool> Tools { get; set; } = [];

    public Scenario Scenario { get; set; } = new() { Id = "greets", Name = "greets", Turns = [new Turn("hello", [])] };

    public int Attempt { get; set; } = 1;

    public int FirstSeq { get; set; } = 1;

    public static AgentSpec HttpAgent(params Uri[] urls) => new()
    {
        Name = "bot",
        Type = AgentType.Http,
        Urls = urls,
        Response = new HttpAgentResponse { Output = "$.reply", ToolCalls = "$.tools", Usage = "$.usage", Error = "$.error" },
        Source = [],
    };

    public static AgentSpec ChatAgent(params Uri[] urls) => new() { Name = "bot", Type = AgentType.OpenAiChat, Urls = urls, Model = "m1", Source = [] };

    public static CriterionSpec Contains(string text, string id = "contains") => new() { Type = "contains", Argument = text, Id = id, Name = id };

    public AgentConversationContext Conversation(string session = "s1", long seed = 7) => new()
    {
        Agent = Agent,
        Session = session,
        Seed = seed,
        Settings = Agent.Settings,
        SystemPrompt = Agent.SystemPrompt,
        Tools = Tools,
    };

    public IAgentConversation Open(AgentConversationContext? context = null) =>
        new AgentAdapterCatalogue(Http, new AgentEndpoints(Time)).Find(Agent.Type)!.Open(context ?? Conversation());

    public AgentHttp Http => _http ??= Connect();

    public Task<TrialOutcome> RunAsync(CancellationToken stop = default, CancellationToken cancel = default)
    {
        var runner = new TrialRunner(new AgentAdapterCatalogue(Http, new AgentEndpoints(Time)), new AgentSideCalls(Http, Time), Redactor, Time);
        return runner.RunAsync(Context(), Sink, stop, cancel);
    }

    public TrialContext Context() => new()
    {
        RunId = "run1",
        Planned = new PlannedTrial($"{Scenario.Id}~1", Scenario.Id, 1, null, 42, Replay: false),
        Suite = new Suite { Name = "s", Version = "1", Scenarios = [Scenario], Tools = Tools, Source = [], ContentHash = "00" },
        Scenario = Scenario,
        Agent = Agent,
        Settings = Settings,
        Attempt = Attempt,
        FirstSeq = FirstSeq,
    };

    public void Dispose() => _http?.Dispose();

    private AgentHttp Connect()
    {
        var options = Options.Create(new SecurityOptions { AllowPrivateEndpoints = allowPrivateEndpoints });
        var secrets = new SecretResolver(options, Redactor, new NoVault(), name => Secrets.GetValueOrDefault(name), Time);
        return new AgentHttp(new EndpointGuard(options, Time), secrets, Time);
    }

    private sealed class NoVault : IKeyVault
    {
        public Task<string?> ReadAsync(string name, CancellationToken cancellationToken) => Task.FromResult<string?>(null);
    }
}

internal static class TraceQueries
{
    public static List<TraceEvent> Of(this IEnumerable<TraceEvent> events, TraceEventType type) => [.. events.Where(item => item.Type == type)];

    public static string Types(this IEnumerable<TraceEvent> events) => string.Join(' ', events.Select(item => item.Type));
}
