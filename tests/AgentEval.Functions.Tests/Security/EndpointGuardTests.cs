using System.Net;
using System.Net.Sockets;
using AgentEval.Functions.Security;
using AgentEval.Functions.Tests.Fakes;
using Microsoft.Extensions.Options;

namespace AgentEval.Functions.Tests.Security;

public sealed class EndpointGuardTests
{
    private static readonly Dictionary<string, string[]> Names = new()
    {
        ["public.example"] = ["8.8.8.8"],
        ["inside.example"] = ["10.0.0.5"],
        ["mixed.example"] = ["8.8.8.8", "127.0.0.1"],
    };

    [Theory]
    [InlineData("https://public.example/chat", false, true)]
    [InlineData("https://inside.example/chat", false, false)]
    [InlineData("https://inside.example/chat", true, true)]
    [InlineData("https://mixed.example/chat", false, false)]
    [InlineData("http://127.0.0.1:5100/", false, false)]
    [InlineData("http://[::1]/", false, false)]
    [InlineData("http://2130706433/", false, false)]
    [InlineData("ftp://public.example/", true, false)]
    [InlineData("https://user:word@public.example/", true, false)]
    [InlineData("https://unknown.example/", false, true)]
    public async Task FindRefusal_Endpoint_IsAllowedOrNot(string url, bool allowPrivate, bool allowed) =>
        Assert.Equal(allowed, (await Guard(allowPrivate).FindRefusalsAsync([new Uri(url)], CancellationToken.None)).Count == 0);

    [Fact]
    public async Task Connect_NameChangedItsAddressSinceSubmission_IsRefused()
    {
        var answers = new Queue<string>(["8.8.8.8", "127.0.0.1"]);
        var guard = new EndpointGuard(Options.Create(new SecurityOptions()), TimeProvider.System, (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(answers.Dequeue())]));
        Assert.Empty(await guard.FindRefusalsAsync([new Uri("http://rebinds.example/")], CancellationToken.None));
        using var handler = new SocketsHttpHandler { ConnectCallback = guard.ConnectAsync };
        using var client = new HttpClient(handler);

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => client.GetAsync(new Uri("http://rebinds.example/")));

        Assert.IsType<EndpointRefusedException>(failure.GetBaseException());
    }

    [Fact]
    public async Task FindRefusal_NameTooLongForTheDns_IsLeftToTheCall()
    {
        var guard = new EndpointGuard(Options.Create(new SecurityOptions()), TimeProvider.System);
        var host = string.Join('.', Enumerable.Repeat(new string('a', 60), 5));

        Assert.Empty(await guard.FindRefusalsAsync([new Uri($"http://{host}/")], CancellationToken.None));
    }

    [Fact]
    public async Task FindRefusals_SilentNamesAmongOthers_AreLeftToTheCallAtOneLimit()
    {
        var (time, asked) = (new FakeTime(), 0);
        var all = new TaskCompletionSource();
        var guard = new EndpointGuard(Options.Create(new SecurityOptions()), time, async (host, cancellationToken) =>
        {
            if (host == "inside.example")
            {
                return [IPAddress.Parse("10.0.0.5")];
            }

            if (Interlocked.Increment(ref asked) == 10)
            {
                all.SetResult();
            }

            await Task.Delay(Timeout.Infinite, cancellationToken);
            return [];
        });

        var check = guard.FindRefusalsAsync([.. Enumerable.Range(0, 10).Select(number => new Uri($"http://silent{number}.example/")), new("http://inside.example/")], default);
        await all.Task;
        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Contains("'inside.example' resolves to 10.0.0.5", Assert.Single(await check.WaitAsync(TimeSpan.FromSeconds(60))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FindRefusals_LookUpThatCannotBeCancelled_IsLeftToTheCallAtTheLimit()
    {
        var (time, asked, never) = (new FakeTime(), new TaskCompletionSource(), new TaskCompletionSource<IPAddress[]>());
        var guard = new EndpointGuard(Options.Create(new SecurityOptions()), time, (_, _) =>
        {
            asked.SetResult();
            return never.Task;
        });

        var check = guard.FindRefusalsAsync([new Uri("http://silent.example/")], default);
        await asked.Task;
        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Empty(await check.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task FindRefusals_CallerGoesAway_IsCancelled()
    {
        using var caller = new CancellationTokenSource();
        var guard = new EndpointGuard(Options.Create(new SecurityOptions()), TimeProvider.System, async (_, cancellationToken) =>
        {
            await caller.CancelAsync();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return [];
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => guard.FindRefusalsAsync([new Uri("http://a.example/")], caller.Token));
    }

    private static EndpointGuard Guard(bool allowPrivate) => new(
        Options.Create(new SecurityOptions { AllowPrivateEndpoints = allowPrivate }),
        TimeProvider.System,
        (host, _) => Names.TryGetValue(host, out var addresses)
            ? Task.FromResult<IPAddress[]>([.. addresses.Select(IPAddress.Parse)])
            : throw new SocketException((int)SocketError.HostNotFound));
}
