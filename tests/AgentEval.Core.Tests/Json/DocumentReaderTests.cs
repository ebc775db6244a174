using System.Text;
using System.Text.Json.Nodes;
using AgentEval.Core.Json;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Tests.Json;

public sealed class DocumentReaderTests
{
    private static string Json(string text)
    {
        var read = DocumentReader.Read(text);
        Assert.Empty(read.Problems.Errors);
        return read.Value!.ToJsonString(AgentEvalJson.Options);
    }

    private static Problem Error(string text)
    {
        var read = DocumentReader.Read(text);
        Assert.Null(read.Value);
        return Assert.Single(read.Problems.Errors);
    }

    // The examples of the core schema, YAML 1.2.2 section 10.3.2, and what YAML 1.1 would have read otherwise.
    [Theory]
    [InlineData("~", "null")]
    [InlineData("Null", "null")]
    [InlineData("", "null")]
    [InlineData("true", "true")]
    [InlineData("FALSE", "false")]
    [InlineData("yes", "\"yes\"")]
    [InlineData("on", "\"on\"")]
    [InlineData("0", "0")]
    [InlineData("007", "7")]
    [InlineData("+12", "12")]
    [InlineData("-19", "-19")]
    [InlineData("0o14", "12")]
    [InlineData("0x3A", "58")]
    [InlineData("0.", "0")]
    [InlineData("-0.0", "-0.0")]
    [InlineData(".5", "0.5")]
    [InlineData("+12e03", "12e03")]
    [InlineData("-2E+05", "-2E+05")]
    [InlineData("1.10", "1.10")]
    [InlineData("1.0.0", "\"1.0.0\"")]
    [InlineData("1_000", "\"1_000\"")]
    [InlineData("12:30:45", "\"12:30:45\"")]
    [InlineData("2026-01-01", "\"2026-01-01\"")]
    [InlineData("\"12\"", "\"12\"")]
    [InlineData("'true'", "\"true\"")]
    [InlineData("!!str 12", "\"12\"")]
    [InlineData("!!int '12'", "12")]
    [InlineData("|\n  12\n", "\"12\\n\"")]
    [InlineData("123456789012345678901234567890", "123456789012345678901234567890")]
    public void Scalar_InYaml_HasTheTypeOfTheCoreSchema(string yaml, string expected)
    {
        if (expected is not null)
        {
            Assert.Equal($"{{\"a\":{expected}}}", Json($"a: {yaml}"));
        }
    }

    [Theory]
    [InlineData(".inf")]
    [InlineData("-.Inf")]
    [InlineData(".nan")]
    [InlineData("1e999")]
    public void Number_ThatJsonCannotHold_IsAProblem(string yaml) => Assert.Equal(("a", ProblemCodes.OutOfRange), Place(Error("a: " + yaml)));

    [Fact]
    public void Alias_IsACopy() => Assert.Equal("""{"a":{"x":1},"b":{"x":1},"c":[{"x":1}]}""", Json("a: &t { x: 1 }\nb: *t\nc: [*t]"));

    [Fact]
    public void Flow_OfYaml_IsNotTakenForJson() => Assert.Equal("""{"a":"b","c":[1]}""", Json("{ a: b, c: [1,], }"));

    [Theory]
    [InlineData("{\"a\": 1, \"a\": 2}", "a")]
    [InlineData("{\"a\": [{\"b\": 1}, {\"b\": {\"c\": 1, \"c\": 1}}]}", "a[1].b.c")]
    [InlineData("a: 1\na: 2", "a")]
    [InlineData("x:\n - { b: 1, b: 2 }", "x[0].b")]
    public void Key_StandingTwice_IsAProblemAtItsPath(string text, string path) => Assert.Equal((path, ProblemCodes.Duplicate), Place(Error(text)));

    [Theory]
    [InlineData("{\"a\": 1,}", "Line 1, column 9")]
    [InlineData("{\n  \"a\": tru\n}", "Line 2, column")]
    [InlineData("a: [1, 2\nb: 3", "Line 2, column")]
    [InlineData("a: 'open", "Line 1, column")]
    [InlineData("a: b: c", "Line 1, column")]
    [InlineData("a: *none", "Line 1, column 4")]
    [InlineData("a: &x [*x]", "Line 1, column 8")]
    [InlineData("a: 1\n---\nb: 2", "more than one document")]
    [InlineData("<<: { a: 1 }", "Merge keys")]
    [InlineData("a: !mine 1", "The tag")]
    [InlineData("a: !!binary aGk=", "The tag")]
    [InlineData("[1]: x", "not valid JSON")]
    [InlineData("? [1]\n: x", "A key must be a text.")]
    [InlineData("input: {{foo}} bar", "Line 1, column 9: not valid YAML. A key must be a text. A text that begins with {{ needs quotes")]
    [InlineData("a:\n - {{foo}}", "begins with {{ needs quotes")]
    [InlineData("input: Note: where is it?", "Line 1, column 12: not valid YAML. A text with ': ' in it needs quotes")]
    [InlineData("a: x\n  b: 1", "or this line is indented too far.")]
    [InlineData("suite: s\nscenarios:\n\t- id: a", "Line 3, column 1: not valid YAML. A tab indents the line. Indent with spaces.")]
    [InlineData("suite: s\nscenarios:\n  - id: a\n\tinput: x", "Line 4, column 1: not valid YAML. A tab indents")]
    [InlineData("a:\r\n  b: 1\r\n \tc: 2\r\n", "Line 3, column 2: not valid YAML. A tab indents")]
    [InlineData("{\n  \"a\": [1, 2,]\n}", "Line 2, column 14: not valid JSON. The comma before this ] or } is one too many.")]
    [InlineData("{\"a\": 1,}", "The comma before this ] or } is one too many.")]
    [InlineData("{\"é\": \"ü\", b: 1}", "Line 1, column 12: not valid JSON.")]
    [InlineData("{\"a\": [1, 2]", "a { or [ is still open")]
    [InlineData("{\"a\": \"x\ny\"}", "A line break or another control character")]
    [InlineData("{\"a\":\u00a01}", "column 6: not valid JSON. '0xC2' is an invalid start of a value.")]
    [InlineData("{\"a\": // why\n 1}", "JSON knows no comments.")]
    [InlineData("{\"a\": 'x'}", "JSON puts texts in double quotes.")]
    public void Syntax_Broken_SaysWhere(string text, string part)
    {
        var error = Error(text);

        Assert.Equal(("", ProblemCodes.NotSyntax), Place(error));
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "Line 1, column 1: not valid JSON. The document is empty.")]
    [InlineData("{\n", "Line 2, column 1: not valid JSON. The document ends here")]
    public void Body_ThatEndsTooEarly_SaysSo(string body, string message) =>
        Assert.StartsWith(message, Assert.Single(DocumentReader.ReadJson(Encoding.UTF8.GetBytes(body)).Problems.Errors).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("{\"a\": \"\\ud83d\"}")]
    [InlineData("{\"\\ud83d\": 1}")]
    [InlineData("a: \"\\uD83D\"")]
    public void Text_WithHalfASurrogatePair_IsAProblem(string text) => Assert.Contains(Error(text).Code, new[] { ProblemCodes.NotSyntax, ProblemCodes.InvalidFormat });

    [Theory]
    [InlineData("{\"a\": \"?\"}")]
    [InlineData("a: ?")]
    public void Text_WithHalfACharacterItself_IsAProblem(string text) => Assert.Equal(ProblemCodes.NotSyntax, Error(text.Replace('?', '\ud83d')).Code);

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    [InlineData(50_000, false)]
    public void Nesting_UpTo64Levels_IsRead(int levels, bool isRead)
    {
        var json = new string('[', levels) + new string(']', levels);
        var yaml = string.Concat(Enumerable.Repeat("{a: ", levels)) + "1" + new string('}', levels);

        Assert.Equal(isRead, DocumentReader.Read(json).Value is not null);
        Assert.Equal(isRead, DocumentReader.Read(yaml).Value is not null);
        Assert.Equal(isRead, DocumentReader.ReadJson(Encoding.UTF8.GetBytes(json)).Value is not null);
    }

    [Fact]
    public void Aliases_StandingForBillions_AreRefused()
    {
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
            + string.Concat(Enumerable.Range(1, 9).Select(level => $"a{level}: &a{level} [{string.Join(", ", Enumerable.Repeat($"*a{level - 1}", 9))}]\n"));

        Assert.Contains("aliases", Error(bomb).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Aliases_StackedDeeperThanAllowed_AreRefused()
    {
        var deep = "a0: &a0 [x]\n" + string.Concat(Enumerable.Range(1, 100).Select(level => $"a{level}: &a{level} [*a{level - 1}]\n"));

        Assert.Contains("aliases", Error(deep).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ByteOrderMark_IsSkipped()
    {
        Assert.Equal("{}", Json("\uFEFF{}"));
        Assert.NotNull(DocumentReader.ReadJson([0xEF, 0xBB, 0xBF, (byte)'1']).Value);
    }

    [Fact]
    public void Bytes_ThatAreNotUtf8_AreAProblem() =>
        Assert.Equal(ProblemCodes.NotSyntax, Assert.Single(DocumentReader.ReadJson([0x22, 0xFF, 0x22]).Problems.Errors).Code);

    [Theory]
    [InlineData("")]
    [InlineData("  \n")]
    [InlineData("# only a comment")]
    [InlineData("---\n...")]
    public void Document_Empty_IsAProblem(string text) => Assert.Equal(("", ProblemCodes.Required), Place(Error(text)));

    [Fact]
    public void Text_TooLong_IsRefusedUnread() =>
        Assert.Equal(ProblemCodes.TooLarge, Error(new string('x', DocumentReader.MaxCharacters + 1)).Code);

    [Fact]
    public void Node_ParsedElsewhereWithAKeyTwice_IsAProblem() =>
        Assert.Equal(("a", ProblemCodes.Duplicate), Place(Assert.Single(DocumentReader.Recheck(JsonNode.Parse("""{"a":1,"a":2}""")).Problems.Errors)));

    [Fact]
    public void Node_ParsedElsewhereWithHalfASurrogatePair_IsAProblem() =>
        Assert.NotEmpty(DocumentReader.Recheck(JsonNode.Parse("""{"a":"\ud83d"}""")).Problems.Errors);

    private static (string Path, string Code) Place(Problem problem) => (problem.Path, problem.Code);
}
