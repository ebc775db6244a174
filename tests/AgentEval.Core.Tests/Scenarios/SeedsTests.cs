using AgentEval.Core.Scenarios;

namespace AgentEval.Core.Tests.Scenarios;

public sealed class SeedsTests
{
    // Computed independently: python3 -c "import hashlib; print(int.from_bytes(hashlib.sha256(b'...').digest()[:8], 'big') >> 11)" (>> 33 for trials).
    [Theory]
    [InlineData("run-1", 2_758_376_165_283_244)]
    [InlineData("", 8_011_147_086_339_971)]
    public void Seed_OfAText_IsStable(string text, long expected) => Assert.Equal(expected, Seeds.FromText(text));

    [Theory]
    [InlineData(42, "refund~1", 588_128_727)]
    [InlineData(0, "ä~12", 929_974_151)]
    public void Seed_OfATrial_IsStable(long runSeed, string trialId, long expected) => Assert.Equal(expected, Seeds.Derive(runSeed, trialId));

    [Fact]
    public void Seed_OfEveryTrial_FitsASigned32BitNumber() =>
        Assert.All(Enumerable.Range(0, 1_000), index => Assert.InRange(Seeds.Derive(index, "a~1"), 0, int.MaxValue));
}
