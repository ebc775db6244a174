using AgentEval.Functions.Storage;
using AgentEval.Tests.Shared;

namespace AgentEval.Functions.Tests.Storage;

public sealed class RunIdsTests
{
    [Fact]
    public void Create_LaterRun_SortsFirst()
    {
        var time = new ManualTimeProvider();
        var ids = new List<string>();
        foreach (var step in new[] { 1, 1, 30, 1_000, 86_400_000 })
        {
            time.Advance(TimeSpan.FromMilliseconds(step));
            ids.Add(RunIds.Create(time));
        }

        Assert.Equal(ids.AsEnumerable().Reverse(), ids.Order(StringComparer.Ordinal));
        Assert.All(ids, id => Assert.True(RunIds.IsValid(id), id));
    }

    [Fact]
    public void Create_SameInstant_GivesDifferentIds()
    {
        var time = new ManualTimeProvider();

        Assert.NotEqual(RunIds.Create(time), RunIds.Create(time));
    }

    [Fact]
    public void Derive_SameMessage_IsTheSameIdForEver() =>
        Assert.Equal("zycj1ncwvq-xb8b3xpm", RunIds.Derive(At, "message-1"));

    [Fact]
    public void Derive_OtherSourceOrTime_IsAnotherId()
    {
        Assert.NotEqual(RunIds.Derive(At, "a"), RunIds.Derive(At, "b"));
        Assert.NotEqual(RunIds.Derive(At, "a"), RunIds.Derive(At.AddMilliseconds(1), "a"));
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("7f3kq20b9z-h4x8m2ct", true)]
    [InlineData("7f3kq20b9z-h4x8m2ctt", false)]
    [InlineData("7f3kq20b9zh-4x8m2ct", false)]
    [InlineData("7F3kq20b9z-h4x8m2ct", false)]
    [InlineData("7f3kq20b9i-h4x8m2ct", false)]
    [InlineData("../../../../x-aaaaa", false)]
    [InlineData("7f3kq20b9z-h4x8m2c'", false)]
    public void IsValid_Text_IsToldFromAnId(string id, bool valid) => Assert.Equal(valid, RunIds.IsValid(id));

    private static DateTimeOffset At { get; } = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
}
