using AgentEval.Functions.Runs;

namespace AgentEval.Functions.Tests.Runs;

public sealed class IndependentlyTests
{
    private readonly List<int> _ran = [];

    [Fact]
    public async Task Run_OneBreaks_RunsTheOthersAndThrowsWhatBroke()
    {
        var failure = await Assert.ThrowsAsync<IOException>(() => RunAsync(default, 1, -2, 3));

        Assert.Equal("2", failure.Message);
        Assert.Equal([1, 3], _ran);
    }

    [Fact]
    public async Task Run_SeveralBreak_ThrowsThemAll()
    {
        var failure = await Assert.ThrowsAsync<AggregateException>(() => RunAsync(default, -1, 2, -3));

        Assert.Equal(["1", "3"], failure.InnerExceptions.Select(each => each.Message));
        Assert.Equal([2], _ran);
    }

    [Fact]
    public async Task Run_Cancelled_StopsAtOnce()
    {
        await Assert.ThrowsAsync<IOException>(() => RunAsync(new CancellationToken(canceled: true), -1, 2));

        Assert.Empty(_ran);
    }

    /// <summary>A negative step breaks.</summary>
    private Task RunAsync(CancellationToken cancellationToken, params int[] steps) =>
        Independently.RunAsync(steps.Select<int, Func<Task>>(step => () => Step(step)), cancellationToken);

    private Task Step(int step)
    {
        if (step < 0)
        {
            throw new IOException($"{-step}");
        }

        _ran.Add(step);
        return Task.CompletedTask;
    }
}
