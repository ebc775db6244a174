using AgentEval.Functions.Submissions;
using Microsoft.Extensions.Configuration;

namespace AgentEval.Functions.Tests.Submissions;

public sealed class HostLimitsTests
{
    [Theory]
    [InlineData("00:10:00", 540)]
    [InlineData("00:01:00", 29 * 60)]
    [InlineData("soon", 29 * 60)]
    public void LongestTrial_EndsAMinuteBeforeTheHostEndsTheFunction(string functionTimeout, double seconds) =>
        Assert.Equal(seconds, Of(functionTimeout).LongestTrialSeconds);

    [Fact]
    public void LongestTrial_HostEndsNoFunction_HasNoBound() => Assert.True(Of("-1").LongestTrialSeconds > TimeSpan.FromDays(1_000).TotalSeconds);

    private static HostLimits Of(string functionTimeout) =>
        new(new ConfigurationBuilder().AddInMemoryCollection([new("AzureFunctionsJobHost:functionTimeout", functionTimeout)]).Build());
}
