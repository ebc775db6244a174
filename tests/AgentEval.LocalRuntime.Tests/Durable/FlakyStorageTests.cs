using AgentEval.LocalRuntime.Durable;
using AgentEval.Tests.Shared;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Microsoft.DurableTask;

namespace AgentEval.LocalRuntime.Tests.Durable;

public sealed class FlakyStorageTests(AzuriteFixture azurite) : HubTest(azurite)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Storage_LosingRequestsAndAnswers_ChangesNoResult(int seed)
    {
        Activity<int, int>("Double", n => 2 * n);
        Orchestrator("Child", async context =>
        {
            var sum = 0;
            for (var i = 0; i < 3; i++)
                sum += await context.CallActivityAsync<int>("Double", context.GetInput<int>());
            context.SendEvent(context.Parent!.InstanceId, "done", context.GetInput<int>());
            return sum;
        });
        Orchestrator("Main", async context =>
        {
            var children = Enumerable.Range(1, 4).Select(n => context.CallSubOrchestratorAsync<int>("Child", n)).ToList();
            var told = 0;
            for (var i = 0; i < 4; i++)
                told += await context.WaitForExternalEvent<int>("done");
            return $"{(await Task.WhenAll(children)).Sum()} {told}";
        });
        Options = Options with { ReplayEveryTurn = false, LeaseDuration = TimeSpan.FromMinutes(5) };
        var flaky = new FlakyPolicy(seed);
        var tables = new TableClientOptions();
        tables.AddPolicy(flaky, HttpPipelinePosition.PerCall);
        var owner = NewHub(Options with { Identity = SomeProcess(1), IsDead = _ => false }, tables);
        await owner.StartAsync(Limit);
        var client = await StartHubAsync(Options with { Identity = SomeProcess(2), IsDead = _ => false });
        flaky.Begin();

        var done = await RunAsync(client, "Main");

        Assert.Equal("60 10", done.ReadOutputAs<string>());
        Assert.True(flaky.Lost > 0);
        Assert.NotNull(owner.Owned);
    }

    /// <summary>Loses requests before and answers after they took effect.</summary>
    private sealed class FlakyPolicy(int seed) : HttpPipelinePolicy
    {
        private readonly Random _random = new(seed);
        private volatile bool _begun;
        private int _lost;

        public int Lost => Volatile.Read(ref _lost);

        public void Begin() => _begun = true;

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            var fate = Next();
            if (fate == 0)
                throw new IOException("The request was lost.");
            await ProcessNextAsync(message, pipeline);
            if (fate == 1)
                throw new IOException("The answer was lost.");
        }

        private int Next()
        {
            if (!_begun)
                return -1;
            lock (_random)
            {
                var fate = _random.Next(8);
                _lost += fate < 2 ? 1 : 0;
                return fate;
            }
        }
    }
}
