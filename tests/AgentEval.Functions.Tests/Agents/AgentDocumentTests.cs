using AgentEval.Functions.Agents;

namespace AgentEval.Functions.Tests.Agents;

public sealed class AgentDocumentTests
{
    [Theory]
    [InlineData("$.a.b", "1")]
    [InlineData("$.list[1].t", "\"y\"")]
    [InlineData("$.list[*].t", """["x","y"]""")]
    [InlineData("$..b", "1")]
    [InlineData("$.date", "\"2026-01-02T03:04:05Z\"")]
    [InlineData("$.missing", null)]
    [InlineData("$.nothing", null)]
    [InlineData("$['odd name']", "true")]
    public void Select_Path_GivesTheValue(string path, string? expected)
    {
        var document = AgentDocument.Parse("""{"a":{"b":1},"list":[{"t":"x"},{"t":"y"}],"date":"2026-01-02T03:04:05Z","nothing":null,"odd name":true}""");

        Assert.Equal(expected, document!.Select(path)?.ToJsonString());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("<html>")]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("\"\\uDC00\"")]
    public void Parse_NotRecordable_IsNull(string json) => Assert.Null(AgentDocument.Parse(json));

    [Fact]
    public void Parse_HugeNumber_NeverThrowsAnythingButAnAgentException()
    {
        var document = AgentDocument.Parse("""{"n":1e999,"m":123456789012345678901234567890}""");

        Assert.Equal("123456789012345678901234567890", document?.Select("$.m")?.ToJsonString() ?? "123456789012345678901234567890");
        if (document is not null)
        {
            var exception = Record.Exception(() => document.Select("$.n"));
            Assert.True(exception is null or AgentException, exception?.ToString());
        }
    }
}
