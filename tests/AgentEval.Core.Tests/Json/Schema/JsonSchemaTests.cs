using System.Text.Json.Nodes;
using AgentEval.Core.Json.Schema;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Tests.Json.Schema;

public sealed class JsonSchemaTests
{
    [Theory]
    [InlineData("{'type':'integer'}", "1.0", true)]
    [InlineData("{'type':'integer'}", "1.5", false)]
    [InlineData("{'type':['string','null']}", "null", true)]
    [InlineData("{'enum':[1,'a']}", "1.0", true)]
    [InlineData("{'const':{'a':[1]}}", "{'a':[1.0]}", true)]
    [InlineData("{'multipleOf':0.01}", "0.07", true)]
    [InlineData("{'multipleOf':0.01}", "0.075", false)]
    [InlineData("{'maximum':1e400}", "1e399", true)]
    [InlineData("{'minimum':-1}", "1e999999999", false)]
    [InlineData("{'maxLength':1}", "'\ud83d\ude00'", true)]
    [InlineData("{'pattern':'^\\\\d+$'}", "'12'", true)]
    [InlineData("{'pattern':'^\\\\d+$'}", "'12\\n'", false)]
    [InlineData("{'pattern':'^[\\\\w$]+$'}", "'a$'", true)]
    [InlineData("{'required':['a']}", "{}", false)]
    [InlineData("{'properties':{'a':{'type':'string'}},'additionalProperties':false}", "{'b':1}", false)]
    [InlineData("{'items':{'type':'number'},'uniqueItems':true}", "[1,2,1.0]", false)]
    [InlineData("{'prefixItems':[{'type':'string'}],'items':false}", "['a']", true)]
    [InlineData("{'contains':{'const':1},'minContains':2}", "[1,2,1]", true)]
    [InlineData("{'if':{'required':['a']},'then':{'required':['b']}}", "{'a':1}", false)]
    [InlineData("{'oneOf':[{'type':'number'},{'type':'integer'}]}", "1", false)]
    [InlineData("{'allOf':[{'properties':{'a':true}}],'unevaluatedProperties':false}", "{'a':1,'b':2}", false)]
    [InlineData("{'$defs':{'n':{'$anchor':'num','type':'number'}},'$ref':'#num'}", "'x'", false)]
    [InlineData("{'properties':{'next':{'$ref':'#'}},'additionalProperties':false}", "{'next':{'next':{'x':1}}}", false)]
    [InlineData("{'format':'email'}", "'nobody'", true)]
    [InlineData("true", "1", true)]
    [InlineData("false", "1", false)]
    public void Validate_Instance_FollowsTheKeyword(string schema, string instance, bool valid) =>
        Assert.Equal(valid, Read(schema).Validate(Json(instance)).Count == 0);

    [Fact]
    public void Validate_WrongInstance_SaysWhereInBoth()
    {
        var schema = Read("{'properties':{'items':{'items':{'type':'string'}}}}");

        var error = Assert.Single(schema.Validate(Json("{'items':['a',2]}")));

        Assert.Equal(("/items/1", "#/properties/items/items/type"), (error.InstancePath, error.SchemaPath));
        Assert.Contains("must be string, but is 2", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{'type':'objekt'}", ProblemCodes.InvalidValue)]
    [InlineData("{'minLength':-1}", ProblemCodes.WrongType)]
    [InlineData("{'properties':[]}", ProblemCodes.WrongType)]
    [InlineData("{'properties':{'a':3}}", ProblemCodes.WrongType)]
    [InlineData("{'pattern':'(?=a)'}", ProblemCodes.Unsupported)]
    [InlineData("{'$ref':'#/$defs/none'}", ProblemCodes.UnknownReference)]
    [InlineData("{'$ref':'http://example.com/other'}", ProblemCodes.UnknownReference)]
    [InlineData("{'$dynamicRef':'#a'}", ProblemCodes.Unsupported)]
    [InlineData("{'multipleOf':0}", ProblemCodes.OutOfRange)]
    [InlineData("'text'", ProblemCodes.WrongType)]
    public void Read_WrongSchema_ReportsIt(string schema, string code)
    {
        var problems = new ProblemList();

        Assert.Null(JsonSchema.Read(Json(schema), "tools[0].schema", problems));

        Assert.Contains(problems.Errors, problem => problem.Code == code && problem.Path == "tools[0].schema");
    }

    [Theory]
    [InlineData("{'$ref':'#'}")]
    [InlineData("{'allOf':[{'$ref':'#'},{'$ref':'#'}]}")]
    [InlineData("{'not':{'$ref':'#'}}")]
    public void Validate_SchemaThatRefersToItself_EndsWithAnError(string schema) =>
        Assert.Contains(Read(schema).Validate(1), error => error.Message.Contains("without end", StringComparison.Ordinal) || error.Message.Contains("must not", StringComparison.Ordinal));

    [Fact]
    public void Validate_SchemaThatDoublesAtEveryLevel_EndsSoon()
    {
        var definitions = new JsonObject();
        for (var level = 0; level < 60; level++)
        {
            var next = new JsonObject { ["$ref"] = $"#/$defs/l{level + 1}" };
            definitions[$"l{level}"] = new JsonObject { ["allOf"] = new JsonArray(next, next.DeepClone()) };
        }

        definitions["l60"] = true;
        var schema = JsonSchema.Read(new JsonObject { ["$defs"] = definitions, ["$ref"] = "#/$defs/l0" }, "", new ProblemList())!;

        Assert.NotEmpty(schema.Validate(1));
    }

    private static JsonSchema Read(string schema)
    {
        var problems = new ProblemList();
        var read = JsonSchema.Read(Json(schema), "", problems);
        Assert.Empty(problems.Errors);
        return read!;
    }

    private static JsonNode? Json(string text) => JsonNode.Parse(text.Replace('\'', '"'));
}
