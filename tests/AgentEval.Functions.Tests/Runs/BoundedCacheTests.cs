using AgentEval.Functions.Runs;
using AgentEval.Tests.Shared;

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

    [Fact]
    public async Task Get_HeavierThanItsBudget_ForgetsWhatIsNotInUse()
    {
        var (time, cache) = Weighing(most: 5);
        await GetAsync(cache, "aaa", "bb", "aaa", "bb");
        time.Advance(TimeSpan.FromMinutes(3));
        await GetAsync(cache, "bb", "c", "bb", "c", "aaa");

        Assert.Equal(["aaa", "bb", "c", "aaa"], _loaded);
    }

    [Fact]
    public async Task Get_HeavierThanItsBudgetAndAllInUse_ReadsNothingTwice()
    {
        var (time, cache) = Weighing(most: 5);
        for (var round = 0; round < 10; round++)
        {
            await GetAsync(cache, "aaa", "bbb", "cccccc");
            time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(["aaa", "bbb", "cccccc"], _loaded);
    }

    [Fact]
    public async Task Get_HeavyOnesAreForgotten_TheirWeightGoesWithThem()
    {
        var (time, cache) = Weighing(most: 5);
        await GetAsync(cache, "aaaaaaaaa");
        time.Advance(TimeSpan.FromMinutes(3));
        await GetAsync(cache, "bb", "cc");
        time.Advance(TimeSpan.FromMinutes(3));
        await GetAsync(cache, "d", "bb", "cc");

        Assert.Equal(["aaaaaaaaa", "bb", "cc", "d"], _loaded);
    }

    /// <summary>Values weigh a unit a letter, and are in use for two minutes.</summary>
    private static (ManualTimeProvider Time, BoundedCache<string, string> Cache) Weighing(long most)
    {
        var time = new ManualTimeProvider();
        return (time, new BoundedCache<string, string>(100, new CacheBudget<string>(most, value => value.Length, TimeSpan.FromMinutes(2), time)));
    }

    private async Task GetAsync(BoundedCache<string, string> cache, params string[] keys)
    {
        foreach (var key in keys)
        {
            await cache.GetAsync(key, LoadAsync);
        }
    }

    private Task<string> LoadAsync(string key)
    {
        _loaded.Add(key);
        return Task.FromResult(key.ToUpperInvariant());
    }
}
