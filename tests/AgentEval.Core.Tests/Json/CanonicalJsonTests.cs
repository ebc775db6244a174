using System.Text.Json.Nodes;
using AgentEval.Core.Json;

namespace AgentEval.Core.Tests.Json;

public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("""{ "b": 1, "a": [ 1.0, 2.50, 1e2, -0.0, 12345678901234567890 ], "B": null }""", """{"B":null,"a":[1,2.5,100,0,1.2345678901234567E+19],"b":1}""")]
    [InlineData("\"\\u00fc\\n\"", "\"ü\\n\"")]
    [InlineData("9007199254740993", "9007199254740993")]
    [InlineData("null", "null")]
    public void Text_IsCanonical(string json, string expected) => Assert.Equal(expected, CanonicalJson.Write(JsonNode.Parse(json)));

    [Fact]
    public void Hash_IsSha256OfTheText() =>
        Assert.Equal("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", CanonicalJson.Hash(new JsonObject()));

    [Fact]
    public void Values_MadeInCode_AreWrittenLikeParsedOnes() =>
        Assert.Equal("""{"a":1,"b":"x"}""", CanonicalJson.Write(new JsonObject { ["b"] = "x", ["a"] = 1.0 }));
}
