using System.Text.Json.Nodes;
using AgentEval.Functions.Security;

namespace AgentEval.Functions.Tests.Security;

public sealed class SecretRedactorTests
{
    private readonly SecretRedactor _redactor = new();

    [Theory]
    [InlineData("p\"w/d+1", "say p\"w/d+1", "say [secret]")]
    [InlineData("p\"w/d+1", "url p%22w%2Fd%2B1", "url [secret]")]
    [InlineData("p\"w/d+1", """{"k":"p\u0022w/d\u002B1"}""", """{"k":"[secret]"}""")]
    [InlineData("abc", "abc", "abc")]
    public void Redact_Text_ReplacesTheSecretInEveryForm(string secret, string text, string expected)
    {
        _redactor.Know(secret);

        Assert.Equal(expected, _redactor.Redact(text));
    }

    [Fact]
    public void Redact_SecretsWithinSecrets_LongestFirst()
    {
        _redactor.Know("abcd");
        _redactor.Know("abcdefgh");

        Assert.Equal("[secret] [secret]", _redactor.Redact("abcdefgh abcd"));
    }

    [Fact]
    public void Redact_Json_ReplacesInValuesAndNamesAndLeavesTheOriginal()
    {
        _redactor.Know("s3cr3t");
        var node = JsonNode.Parse("""{"a":["x s3cr3t",1],"s3cr3t":null}""")!;

        Assert.Equal("""{"a":["x [secret]",1],"[secret]":null}""", _redactor.Redact(node)!.ToJsonString());
        Assert.Contains("s3cr3t", node.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Redact_JsonWithoutSecrets_IsTheSameNode()
    {
        _redactor.Know("s3cr3t");
        var node = JsonNode.Parse("""{"a":[1]}""");

        Assert.Same(node, _redactor.Redact(node));
    }
}
