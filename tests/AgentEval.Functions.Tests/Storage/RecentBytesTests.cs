using AgentEval.Functions.Storage;

namespace AgentEval.Functions.Tests.Storage;

public sealed class RecentBytesTests
{
    [Fact]
    public void Keep_BeyondTheCapacity_DropsTheOldest()
    {
        var recent = new RecentBytes(10);
        recent.Keep("a", new byte[4]);
        recent.Keep("b", new byte[4]);

        recent.Keep("c", new byte[3]);

        Assert.Null(recent.Find("a"));
        Assert.Equal((4, 3), (recent.Find("b")!.Value.Length, recent.Find("c")!.Value.Length));
    }

    [Fact]
    public void Keep_NameThatIsKept_ReplacesItAndCountsItOnce()
    {
        var recent = new RecentBytes(10);
        recent.Keep("a", new byte[4]);
        recent.Keep("b", new byte[4]);

        recent.Keep("a", new byte[6]);
        Assert.Equal((6, 4), (recent.Find("a")!.Value.Length, recent.Find("b")!.Value.Length));

        recent.Keep("a", new byte[11]);
        Assert.Null(recent.Find("a"));
        recent.Keep("c", new byte[6]);
        Assert.Equal((4, 6), (recent.Find("b")!.Value.Length, recent.Find("c")!.Value.Length));
    }

    [Fact]
    public void Keep_LargerThanTheCapacity_IsNotKept()
    {
        var recent = new RecentBytes(10);
        recent.Keep("a", new byte[10]);

        recent.Keep("b", new byte[11]);

        Assert.NotNull(recent.Find("a"));
        Assert.Null(recent.Find("b"));
    }
}
