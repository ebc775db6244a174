using System.Net;
using System.Net.Sockets;
using AgentEval.Functions.Security;
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
        Assert.Equal(allowed, await Guard(allowPrivate).FindRefusalAsync(new Uri(url), CancellationToken.None) is null);

    [Fact]
    public async Task Connect_NameChangedItsAddressSinceSubmission_IsRefused()
    {
        var answers = new Queue<string>(["8.8.8.8", "127.0.0.1"]);
        var guard = new EndpointGuard(Options.Create(new SecurityOptions()), (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(answers.Dequeue())]));
        Assert.Null(await guard.FindRefusalAsync(new Uri("http://rebinds.example/"), CancellationToken.None));
        using var handler = new SocketsHttpHandler { ConnectCallback = guard.ConnectAsync };
        using var client = new HttpClient(handler);

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => client.GetAsync(new Uri("http://rebinds.example/")));

        Assert.IsType<EndpointRefusedException>(failure.GetBaseException());
    }

    [Fact]
    public async Task FindRefusal_NameTooLongForTheDns_IsLeftToTheCall()
    {
        var guard = new EndpointGuard(Options.Create(new SecurityOptions()));
        var host = string.Join('.', Enumerable.Repeat(new string('a', 60), 5));

        Assert.Null(await guard.FindRefusalAsync(new Uri($"http://{host}/"), CancellationToken.None));
    }

    private static EndpointGuard Guard(bool allowPrivate) => new(
        Options.Create(new SecurityOptions { AllowPrivateEndpoints = allowPrivate }),
        (host, _) => Names.TryGetValue(host, out var addresses)
            ? Task.FromResult<IPAddress[]>([.. addresses.Select(IPAddress.Parse)])
            : throw new SocketException((int)SocketError.HostNotFound));
}
