using System.Text.Json.Nodes;
using AgentEval.Core.Agents;
using AgentEval.Functions.Agents;

namespace AgentEval.Functions.Tests.Agents;

public sealed class AgentTemplatesTests
{
    private static readonly AgentConversationContext Context = new()
    {
        Agent = new AgentSpec { Name = "bot", Type = AgentType.Http, Model = "m1", Source = [] },
        Session = "s1",
        Seed = 42,
        Settings = new JsonObject { ["temperature"] = 0.5, ["seed"] = "{{seed}}", ["stop"] = new JsonArray("a", "b") },
    };

    [Theory]
    [InlineData("\"{{seed}}\"", "42")]
    [InlineData("\"{{ settings.temperature }}\"", "0.5")]
    [InlineData("\"{{settings.seed}}\"", "42")]
    [InlineData("\"{{settings.stop}}\"", """["a","b"]""")]
    [InlineData("\"seed {{seed}} of {{model}} in {{session}}\"", "\"seed 42 of m1 in s1\"")]
    [InlineData("\"{{input}}{{input}}\"", "\"hihi\"")]
    [InlineData("\"{{unknown}} {{settings.none}}\"", "\"{{unknown}} {{settings.none}}\"")]
    [InlineData("\"{{open\"", "\"{{open\"")]
    [InlineData("\"{{}}\"", "\"{{}}\"")]
    [InlineData("""{"a":[{"b":"{{input}}"},true,null]}""", """{"a":[{"b":"hi"},true,null]}""")]
    public void Fill_Templates_KeepTheirType(string json, string expected) =>
        Assert.Equal(expected, AgentTemplates.For(Context, "hi").Fill(JsonNode.Parse(json))!.ToJsonString());

    [Fact]
    public void Fill_InputHoldsATemplate_IsNotFilledAgain() =>
        Assert.Equal("{{session}}!", (string)AgentTemplates.For(Context, "{{session}}").Fill(JsonValue.Create("{{input}}!"))!);

    [Fact]
    public void Fill_SettingNamesItself_StaysFinite() =>
        Assert.Equal("{{settings.x}}", (string)AgentTemplates.For(Context with { Settings = new JsonObject { ["x"] = "{{settings.x}}" } }, "").Fill(JsonValue.Create("{{settings.x}}"))!);
}
