using AgentEval.Functions.Runs;

namespace AgentEval.Functions.Tests.Runs;

public sealed class BoundedCacheTests
{
    private readonly List<string> _loaded = [];

    [Fact]
    public async Task Get_ManyAtOnce_ShareOneLoad()
    {
        var cache = new BoundedCache<string, string>(2);
        var gate = new TaskCompletionSource<string>();

        var reads = Enumerable.Range(0, 10).Select(_ => cache.GetAsync("a", key =>
        {
            _loaded.Add(key);
            return gate.Task;
        })).ToList();
        gate.SetResult("A");

        Assert.All(await Task.WhenAll(reads), value => Assert.Equal("A", value));
        Assert.Equal(["a"], _loaded);
    }

    [Fact]
    public async Task Get_MoreThanItHolds_ForgetsTheOneUnusedLongest()
    {
        var cache = new BoundedCache<string, string>(2);
        foreach (var key in new[] { "a", "b", "a", "c", "a", "b" })
        {
            await cache.GetAsync(key, LoadAsync);
        }

        Assert.Equal(["a", "b", "c", "b"], _loaded);
    }

    [Fact]
    public async Task Get_LoadFails_IsTriedAgain()
    {
        var cache = new BoundedCache<string, string>(2);
        await Assert.ThrowsAsync<IOException>(() => cache.GetAsync("a", _ => Task.FromException<string>(new IOException())));

        Assert.Equal("A", await cache.GetAsync("a", LoadAsync));
    }

    private Task<string> LoadAsync(string key)
    {
        _loaded.Add(key);
        return Task.FromResult(key.ToUpperInvariant());
    }
}
