using AgentEval.Cli.Rendering;

namespace AgentEval.Cli.Tests.Rendering;

public sealed class FiguresTests
{
    [Theory]
    [InlineData(1.0, "100 %")]
    [InlineData(0.99995, "99.9 %")]
    [InlineData(0.883, "88.3 %")]
    [InlineData(0.00001, "0.1 %")]
    [InlineData(0.0, "0 %")]
    [InlineData(null, "–")]
    public void Percent_AlmostAllOrAlmostNone_IsNotRoundedAway(double? share, string expected) => Assert.Equal(expected, Figures.Percent(share));

    [Theory]
    [InlineData(0.99952, 1.0, "99.9 % to 100 %")]
    [InlineData(0.883, 0.9999, "88.3 % to 100 %")]
    [InlineData(0.3796, 0.9564, "37.9 % to 95.7 %")]
    public void Interval_Bounds_AreRoundedOutwards(double low, double high, string expected) => Assert.Equal(expected, Figures.Interval([low, high]));
}
