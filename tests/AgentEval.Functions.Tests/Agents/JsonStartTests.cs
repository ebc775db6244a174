using System.Text.Json.Nodes;
using AgentEval.Functions.Agents;

namespace AgentEval.Functions.Tests.Agents;

public sealed class JsonStartTests
{
    private const string Document =
        """ { "id": 12.5e3, "tags": ["a", "b\\", [true, null], {}, -7 ], "reply": "say \"hi\" \\ \ud83d\ude00 \u00e4 😀\n end", "usage": { "in": 1, "ok": false } } """;

    [Fact]
    public void Close_AnyStart_IsADocumentWhoseTextsAreStartsOfTheWhole()
    {
        var reply = (string)JsonNode.Parse(Document)!["reply"]!;
        var begin = Document.IndexOf('{', StringComparison.Ordinal);
        for (var length = begin + 1; length <= Document.LastIndexOf('}'); length++)
        {
            if (char.IsHighSurrogate(Document[length - 1]))
            {
                continue; // A cut between bytes was decoded already.
            }

            var closed = JsonStart.Close(Document[..length]);

            Assert.True(closed is not null && AgentJson.TryParse(closed, out _), $"{Document[..length]} became {closed}");
            Assert.StartsWith((string?)JsonNode.Parse(closed)!["reply"] ?? "", reply, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("""{"reply":"abc""", """{"reply":"abc"}""")]
    [InlineData("""{"reply":"abc\""", """{"reply":"abc"}""")]
    [InlineData("""{"reply":"abc\ud83d\ude""", """{"reply":"abc"}""")]
    [InlineData("""{"a":1,"rep""", """{"a":1}""")]
    [InlineData("""{"a":""", """{"a":null}""")]
    [InlineData("""{"a":tr""", """{"a":null}""")]
    [InlineData("""["a",["b""", """["a",["b"]]""")]
    [InlineData("""["a", 12""", """["a"]""")]
    public void Close_Start_ClosesWhatIsOpen(string start, string expected) => Assert.Equal(expected, JsonStart.Close(start));

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("xxxx")]
    [InlineData("{\"a\" 1")]
    [InlineData("\"only a text")]
    public void Close_NoJson_IsNull(string start) => Assert.Null(JsonStart.Close(start));
}
