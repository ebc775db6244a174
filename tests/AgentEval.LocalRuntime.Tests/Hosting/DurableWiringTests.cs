using System.Globalization;
using AgentEval.Tests.Shared;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AgentEval.LocalRuntime.Tests.Hosting;

public sealed class DurableWiringTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private readonly string _hub = AzuriteFixture.UniqueName("h")[..20];
    private readonly Greeter _greeter = new();

    [Fact]
    public async Task Schedule_FromAnHttpFunction_RunsOrchestratorAndActivity()
    {
        await using var app = await StartAsync();

        Assert.Equal("\"hello Ada from run-1 1\"", await app.Client.GetStringAsync("/api/greet/run-1/Ada"));
    }

    [Fact]
    public async Task Activity_Middleware_RunsAroundIt()
    {
        var seen = new List<string>();
        await using var app = await StartAsync(seen);

        await app.Client.GetStringAsync("/api/greet/run-2/Ada");

        Assert.Equal(["Start", "SayHello"], seen);
    }

    [Fact]
    public async Task Activity_Throws_OrchestratorSeesTheFailure()
    {
        await using var app = await StartAsync();

        Assert.Equal("\"System.InvalidOperationException: no name\"", await app.Client.GetStringAsync("/api/greet/run-3/%20"));
    }

    [Fact]
    public async Task Start_OrchestratorWithAnotherBinding_FailsAndSaysSo()
    {
        var problem = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            RunningApp.StartAsync([typeof(WrongOrchestrator)], args: Arguments()));

        Assert.Contains("The orchestrator 'Wrong' takes 'client'", problem.Message, StringComparison.Ordinal);
    }

    private string[] Arguments() =>
    [
        $"--AzureWebJobsStorage={azurite.ConnectionString}",
        $"--AzureFunctionsJobHost:extensions:durableTask:hubName={_hub}",
        "--LocalRuntime:ReplayEveryTurn=true",
    ];

    private Task<RunningApp> StartAsync(List<string>? seen = null) => RunningApp.StartAsync(
        [typeof(Functions)],
        configure: builder =>
        {
            builder.Services.AddSingleton(_greeter);
            builder.UseMiddleware((context, next) =>
            {
                seen?.Add(context.FunctionDefinition.Name);
                return next();
            });
        },
        args: Arguments());

    internal sealed record Person(string Name);

    internal sealed class Greeter
    {
        private int _calls;

        public string Greet(string name, string from) => string.Create(CultureInfo.InvariantCulture, $"hello {name} from {from} {++_calls}");
    }

    private sealed class Functions(Greeter greeter)
    {
        [Function("Start")]
        public static async Task<string?> Start(
            [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "greet/{id}/{name}")] HttpRequestData request,
            [DurableClient] DurableTaskClient client, string id, string name)
        {
            var cancellationToken = request.FunctionContext.CancellationToken;
            await client.ScheduleNewOrchestrationInstanceAsync("Greet", new Person(name), new StartOrchestrationOptions(id), cancellationToken);
            var done = await client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, cancellationToken);
            return done.SerializedOutput;
        }

        [Function("Greet")]
        public static async Task<string> Greet([OrchestrationTrigger] TaskOrchestrationContext context, Person person)
        {
            try
            {
                return await context.CallActivityAsync<string>("SayHello", person);
            }
            catch (TaskFailedException failed)
            {
                return $"{failed.FailureDetails.ErrorType}: {failed.FailureDetails.ErrorMessage}";
            }
        }

        [Function("SayHello")]
        public string SayHello([ActivityTrigger] Person person, string instanceId) =>
            string.IsNullOrWhiteSpace(person.Name) ? throw new InvalidOperationException("no name") : greeter.Greet(person.Name, instanceId);
    }

    private static class WrongOrchestrator
    {
        [Function("Wrong")]
        public static Task Run([OrchestrationTrigger] TaskOrchestrationContext context, [DurableClient] DurableTaskClient client) => Task.CompletedTask;
    }
}
