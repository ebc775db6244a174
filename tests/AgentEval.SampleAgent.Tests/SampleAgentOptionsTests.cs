namespace AgentEval.SampleAgent.Tests;

public sealed class SampleAgentOptionsTests
{
    [Fact]
    public void Parse_Nothing_TakesAFreePortAndTheSafeModel() => Assert.Equal(new SampleAgentOptions(0, "safe", null), SampleAgentOptions.Parse([]));

    [Fact]
    public void Parse_Everything_IsTaken() => Assert.Equal(
        new SampleAgentOptions(5100, "leaky", "ready.json"), SampleAgentOptions.Parse(["--port", "5100", "--model", "leaky", "--ready-file", "ready.json"]));

    [Theory]
    [InlineData("--port needs a value", "--port")]
    [InlineData("not 'many'", "--port", "many")]
    [InlineData("0 (any free port) to 65535", "--port", "65536")]
    [InlineData("0 (any free port) to 65535", "--port", "-1")]
    [InlineData("known are 'safe' and 'leaky'", "--model", "leeky")]
    [InlineData("known are --port, --model and --ready-file", "--verbose", "yes")]
    public void Parse_Wrong_SaysWhatToWriteInstead(string message, params string[] args) =>
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => SampleAgentOptions.Parse(args)).Message, StringComparison.Ordinal);
}
