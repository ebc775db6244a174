using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using AgentEval.Core.Agents;
using AgentEval.Core.Api;
using AgentEval.Core.Suites;
using AgentEval.Functions.Security;
using AgentEval.Functions.Submissions;
using AgentEval.Functions.Tests.Fakes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace AgentEval.Functions.Tests.Submissions;

public sealed class SubmitterChecksTests
{
    [Theory]
    [InlineData(null, false, false)]
    [InlineData(null, true, true)]
    [InlineData("open", true, false)]
    [InlineData("checked", false, true)]
    public void ReadMode_Setting_DecidesOrThePlaceDoes(string? mode, bool deployed, bool isOn) =>
        Assert.Equal(isOn, SubmitterChecks.ReadMode(Configuration(mode), deployed));

    [Fact]
    public void ReadMode_AnotherWord_IsRefused() =>
        Assert.Throws<InvalidOperationException>(() => SubmitterChecks.ReadMode(Configuration("closed"), deployed: true));

    [Fact]
    public async Task Check_AgentThatListens_IsReachable()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        var report = await CheckAsync(Guard(), TimeProvider.System, $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/chat");

        Assert.Equal(CheckOutcome.Ok, report.Outcomes[SubmitterChecks.Reachable]);
    }

    [Fact]
    public async Task Check_AgentThatDoesNotListen_IsNamed()
    {
        var report = await CheckAsync(Guard(), TimeProvider.System, "http://127.0.0.1:1/chat");

        var problem = Assert.Single(report.Problems.Errors, each => each.Path == "agent.url");
        Assert.StartsWith("127.0.0.1:1 does not answer: ", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_NameChangedItsAddressSinceItWasAllowed_IsNotConnectedTo()
    {
        using var inside = new TcpListener(IPAddress.Loopback, 0);
        inside.Start();
        var guard = new EndpointGuard(Options.Create(new SecurityOptions()), TimeProvider.System, (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]));

        var report = await CheckAsync(guard, TimeProvider.System, $"http://rebinds.example:{((IPEndPoint)inside.LocalEndpoint).Port}/");

        Assert.Contains("AllowPrivateEndpoints", Assert.Single(report.Problems.Errors, each => each.Path == "agent.url").Message, StringComparison.Ordinal);
        Assert.False(inside.Pending());
    }

    [Fact]
    public async Task Check_SeveralServers_AreTriedTogetherAndEachOnce()
    {
        var (asked, all) = (0, new TaskCompletionSource<IPAddress[]>(TaskCreationOptions.RunContinuationsAsynchronously));
        var guard = Guard((_, cancellationToken) =>
        {
            if (Interlocked.Increment(ref asked) == 3)
            {
                all.SetException(new SocketException((int)SocketError.HostNotFound));
            }

            return all.Task.WaitAsync(cancellationToken);
        });

        var report = await CheckAsync(guard, TimeProvider.System, "http://a.example/1", "http://a.example/2", "http://b.example/", "http://c.example/");

        Assert.Equal(3, asked);
        Assert.Equal(3, report.Problems.Errors.Count(each => each.Path == "agent.url" && !each.Message.Contains("within", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Check_ManySilentServers_EndAtOneLimit()
    {
        var (time, asked) = (new FakeTime(), new TaskCompletionSource());
        var guard = Guard(async (_, cancellationToken) =>
        {
            asked.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return [];
        });

        var check = CheckAsync(guard, time, [.. Enumerable.Range(0, 40).Select(number => $"http://silent{number}.example/")]);
        await asked.Task;
        time.Advance(TimeSpan.FromSeconds(5));
        var report = await check.WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(40, report.Problems.Errors.Count(each => each.Message.Contains("no connection within 5 s", StringComparison.Ordinal)));
    }

    private static EndpointGuard Guard(Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null) =>
        new(Options.Create(new SecurityOptions { AllowPrivateEndpoints = true }), TimeProvider.System, resolve ?? Dns.GetHostAddressesAsync);

    private static async Task<CheckReport> CheckAsync(EndpointGuard guard, TimeProvider time, params string[] urls)
    {
        var file = Samples.Agent();
        file.Remove("url");
        file["urls"] = new JsonArray([.. urls.Select(url => (JsonNode)url)]);
        var (agent, suite) = (AgentReader.Read(file).Value!, SuiteReader.Read(Samples.Suite()).Value!);
        var report = new CheckReport([SubmissionChecks.Endpoint, .. SubmitterChecks.Names]);
        report.Passed(SubmissionChecks.Endpoint);
        await new SubmitterChecks(isOn: true, guard, time).CheckAsync(RunRequestReader.Read(Samples.Request()).Value!, suite, agent, null, report, default);
        return report;
    }

    private static IConfiguration Configuration(string? mode) =>
        new ConfigurationBuilder().AddInMemoryCollection([new("AgentEval:Submissions", mode)]).Build();
}
