using System.Text.Json;
using System.Text.Json.Nodes;
using AgentEval.Core.Suites;
using AgentEval.Functions.Trials;

namespace AgentEval.Functions.Tests.Trials;

public sealed class SimulatedToolboxTests
{
    [Theory]
    [InlineData("""{"a":1,"b":2,"c":{"d":[1]}}""", "both")]
    [InlineData("""{"a":1.0}""", "one")]
    [InlineData("""{"a":"1"}""", "any")]
    [InlineData("{}", "any")]
    [InlineData("\"text\"", "any")]
    public void Answer_FirstThatFits_Answers(string arguments, string expected)
    {
        var toolbox = new SimulatedToolbox([new SimulatedTool("t", null, null,
        [
            new SimulatedResponse { When = JsonNode.Parse("""{"a":1,"c":{"d":[1]}}""")!.AsObject(), Return = "both" },
            new SimulatedResponse { When = JsonNode.Parse("""{"a":1}""")!.AsObject(), Return = "one" },
            new SimulatedResponse { Return = "any" },
        ])]);

        Assert.Equal(expected, (string)toolbox.Answer("t", JsonNode.Parse(arguments)).Result!);
    }

    [Theory]
    [InlineData("""{"status":"shipped"}""")]
    [InlineData("\"text\"")]
    [InlineData("1234")]
    [InlineData("true")]
    [InlineData("null")]
    [InlineData("[]")]
    public void Answer_Malformed_IsNeverJson(string result)
    {
        var toolbox = new SimulatedToolbox([new SimulatedTool("t", null, null, [new SimulatedResponse { Return = JsonNode.Parse(result), Malformed = true }])]);

        var text = SimulatedAnswer.Write(toolbox.Answer("t", null).Result);

        Assert.ThrowsAny<JsonException>(() => JsonDocument.Parse(text));
    }

    [Theory]
    [InlineData("""{"a":1}""", """{"a":1,"note":"evil"}""")]
    [InlineData("""{"note":1}""", """{"note":1,"note_":"evil"}""")]
    [InlineData("[1]", """[1,"evil"]""")]
    [InlineData("\"text\"", "text\n\nevil")]
    [InlineData("5", "5\n\nevil")]
    [InlineData("null", "evil")]
    public void Inject_Result_CarriesTheText(string result, string expected) =>
        Assert.Equal(expected, SimulatedAnswer.Write(SimulatedToolbox.Inject(JsonNode.Parse(result), "evil")));
}
