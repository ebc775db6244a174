using AgentEval.Core.Scenarios;

namespace AgentEval.Core.Tests.Scenarios;

public sealed class TrialIdsTests
{
    [Theory]
    [InlineData("refund", 1, null, "refund~1")]
    [InlineData("a.b_c-d", 12, "roleplay", "a.b_c-d~12~roleplay")]
    public void Id_Formatted_IsParsedBack(string scenario, int epoch, string? attack, string text)
    {
        Assert.Equal(text, TrialIds.Format(scenario, epoch, attack));
        Assert.Equal(new TrialId(scenario, epoch, attack), TrialIds.Parse(text));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("refund")]
    [InlineData("refund~")]
    [InlineData("refund~0")]
    [InlineData("refund~01")]
    [InlineData("refund~-1")]
    [InlineData("refund~ 1")]
    [InlineData("refund~99999999999")]
    [InlineData("refund~1~")]
    [InlineData("refund~1~a~b")]
    [InlineData("re/fund~1")]
    [InlineData("~1")]
    public void Id_InAnyOtherForm_IsNone(string? text) => Assert.Null(TrialIds.Parse(text));
}
