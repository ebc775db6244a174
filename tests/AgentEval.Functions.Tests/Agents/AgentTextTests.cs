using System.Text;
using AgentEval.Functions.Agents;

namespace AgentEval.Functions.Tests.Agents;

public sealed class AgentTextTests
{
    [Theory]
    [InlineData("abc", 3, "abc", false)]
    [InlineData("abcd", 3, "abc", true)]
    [InlineData("äö", 3, "ä", true)]
    [InlineData("a😀b", 4, "a", true)]
    [InlineData("a😀b", 5, "a😀", true)]
    [InlineData("😀", 3, "", true)]
    [InlineData("", 0, "", false)]
    public void Cut_Limit_KeepsWholeCharacters(string text, int maxBytes, string expected, bool truncated) =>
        Assert.Equal((expected, truncated), AgentText.Cut(text, maxBytes));

    [Fact]
    public void Cut_AnyLimit_NeverExceedsIt()
    {
        var text = string.Concat(Enumerable.Repeat("aä€😀", 50));
        for (var limit = 0; limit <= Encoding.UTF8.GetByteCount(text); limit++)
        {
            var (cut, _) = AgentText.Cut(text, limit);

            Assert.InRange(Encoding.UTF8.GetByteCount(cut), Math.Max(0, limit - 3), limit);
            Assert.StartsWith(cut, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Bytes_MessageWithEverything_CountsEverything() =>
        Assert.Equal(
            Encoding.UTF8.GetByteCount("ä\n\n<document>\nd\n</document>") + 4,
            AgentText.Bytes(AgentMessage.User("ä", ["d"]) with { ToolResults = [new AgentToolResult("1", "abcd")] }));

    [Fact]
    public void Excerpt_LongText_IsCutOnOneLine() =>
        Assert.Equal("a b" + new string('c', 7) + "…", AgentText.Excerpt("a\nb" + new string('c', 50), 10));
}
