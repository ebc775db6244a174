using AgentEval.Core.Json;

namespace AgentEval.Core.Tests.Json;

public sealed class NearestWordTests
{
    private static readonly string[] Known = ["passThreshold", "timeoutSeconds", "id", "tags"];

    [Theory]
    [InlineData("passTreshold", "passThreshold")]
    [InlineData("PASSTHRESHOLD", "passThreshold")]
    [InlineData("timeout_seconds", "timeoutSeconds")]
    [InlineData("tgas", "tags")]
    [InlineData("di", "id")]
    [InlineData("xyz", null)]
    [InlineData("completely different", null)]
    [InlineData("", null)]
    public void Word_IsTheNearest_IfAnyIsNear(string word, string? expected) => Assert.Equal(expected, NearestWord.Find(word, Known));

    [Theory]
    [InlineData("ca", "abc", 3)]
    [InlineData("abcd", "abdc", 1)]
    [InlineData("", "abc", 3)]
    [InlineData("kitten", "sitting", 3)]
    public void Distance_IsTheOptimalStringAlignment(string left, string right, int expected) => Assert.Equal(expected, NearestWord.Distance(left, right));

    [Fact]
    public void Hint_WithoutKnownWords_SaysSo() => Assert.Equal("None is known.", NearestWord.Hint("x", []));
}
