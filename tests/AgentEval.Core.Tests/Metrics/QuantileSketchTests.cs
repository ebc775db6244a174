using AgentEval.Core.Metrics;

namespace AgentEval.Core.Tests.Metrics;

public sealed class QuantileSketchTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Quantile_SkewedTimes_IsWithinOnePercentOfTheNearestRank(int seed)
    {
        var random = new Random(seed);
        var micros = Enumerable.Range(0, 5000).Select(_ => (long)Math.Exp(random.NextDouble() * 20)).ToArray();
        var sketch = QuantileSketch.Of(micros);
        Array.Sort(micros);

        foreach (var share in new[] { 0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 1.0 })
        {
            var exact = micros[(int)Math.Ceiling(share * micros.Length) - 1] / 1e6;
            Assert.InRange(sketch.Quantile(share)!.Value, (exact * 0.99) - 1e-6, (exact * 1.01) + 1e-6);
        }
    }

    [Fact]
    public void Quantile_OneValue_IsThatValue() => Assert.Equal(1.234567, QuantileSketch.Of([1_234_567]).Quantile(0.95));

    [Fact]
    public void Quantile_NoValue_IsNull() => Assert.Null(QuantileSketch.Empty.Quantile(0.5));

    [Fact]
    public void Quantile_MostValuesZero_IsZeroUpToTheirShare()
    {
        var sketch = QuantileSketch.Of([0, 0, 0, 5_000_000]);

        Assert.Equal(0, sketch.Quantile(0.75));
        Assert.Equal(5.0, sketch.Quantile(0.76));
    }
}
