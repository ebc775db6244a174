using System.Text.Json.Nodes;
using AgentEval.Core.Scenarios;

namespace AgentEval.Core.Tests.Scenarios;

public sealed class TemplatesTests
{
    private static readonly JsonObject Values = JsonNode.Parse("""{ "name": "Ada", "n": 5, "o": { "a": [1, "ü"] }, "nothing": null, "t": "{{name}}", "a.b": "dot" }""")!.AsObject();

    [Theory]
    [InlineData("Hi {{name}}!", "Hi Ada!")]
    [InlineData("{{ name }}{{\tn\t}}", "Ada5")]
    [InlineData("{{o}}", """{"a":[1,"ü"]}""")]
    [InlineData("x{{nothing}}", "xnull")]
    [InlineData("{{t}}", "{{name}}")]
    [InlineData("{{a.b}}", "dot")]
    [InlineData("{{unknown}} {{name}}", "{{unknown}} Ada")]
    [InlineData("{{{name}}}", "{Ada}")]
    [InlineData("{{ na me }} {{5}} {{}} {{name} {{name", "{{ na me }} {{5}} {{}} {{name} {{name")]
    [InlineData("", "")]
    public void Text_IsFilled(string text, string expected) => Assert.Equal(expected, Templates.Fill(text, Values.TryGetPropertyValue));

    [Theory]
    [InlineData("""{ "a": ["{{n}}", "{{n}} €"], "{{n}}": true }""", """{"a":[5,"5 €"],"{{n}}":true}""")]
    [InlineData("\"{{nothing}}\"", "null")]
    [InlineData("\"{{o}}\"", """{"a":[1,"ü"]}""")]
    [InlineData("7", "7")]
    [InlineData("null", "null")]
    public void Node_ThatIsOneTemplate_BecomesTheValueItself(string node, string expected)
    {
        var filled = Templates.Fill(JsonNode.Parse(node), Values.TryGetPropertyValue);

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), filled), filled?.ToJsonString());
    }

    [Fact]
    public void Names_OfAText_AreInOrder() => Assert.Equal(["b", "a.c", "b"], Templates.Names("{{b}} {{ a.c }}{{b}} {{-x}}"));

    [Theory]
    [InlineData("{{")]
    [InlineData("{{ ")]
    [InlineData("{{a")]
    public void Text_OfEndlessOpenings_TakesLinearTime(string part)
    {
        var text = string.Concat(Enumerable.Repeat(part, 300_000));

        Assert.Equal(text, Templates.Fill(text, Values.TryGetPropertyValue));
    }
}
