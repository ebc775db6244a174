using System.Text.Json.Nodes;
using AgentEval.Core.Criteria;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Tests.Criteria;

public sealed class CriterionCatalogueTests
{
    private const string Answer = "Your refund of $20 for order A-17 is on its way.";

    [Theory]
    [InlineData("contains", "'REFUND'", Answer, 1)]
    [InlineData("contains", "{'text':'REFUND','caseSensitive':true}", Answer, 0)]
    [InlineData("contains", "'invoice'", Answer, 0)]
    [InlineData("regex", "'order [A-Z]-\\\\d+'", Answer, 1)]
    [InlineData("regex", "{'pattern':'order','mustMatch':false}", Answer, 0)]
    [InlineData("regex", "{'pattern':'sorry','mustMatch':false}", Answer, 1)]
    [InlineData("regex", "{'pattern':'REFUND','ignoreCase':true}", Answer, 1)]
    [InlineData("bannedPhrases", "['fund','sorry']", Answer, 1)]
    [InlineData("bannedPhrases", "['Your Refund']", Answer, 0)]
    [InlineData("requiredElements", "['refund','a-17','tomorrow','cash']", Answer, 0.5)]
    [InlineData("length", "{'min':10,'max':500}", Answer, 1)]
    [InlineData("length", "{'max':10}", Answer, 0)]
    [InlineData("length", "{'min':49}", Answer, 0)]
    [InlineData("equals", "'yes'", " yes\n", 1)]
    [InlineData("equals", "'yes'", "Yes", 0)]
    [InlineData("equals", "{'a':1,'b':[2]}", "{\"b\":[2.0],\"a\":1}", 1)]
    [InlineData("equals", "{'a':1}", "not json", 0)]
    [InlineData("jsonSchema", "{'type':'object','required':['a']}", "```json\n{\"a\":1}\n```", 1)]
    [InlineData("jsonSchema", "{'type':'object','required':['a']}", "{}", 0)]
    [InlineData("jsonSchema", "{'type':'object'}", "plain", 0)]
    [InlineData("similarity", "{'to':'kitten'}", "sitting", 1 - (3.0 / 7))]
    [InlineData("similarity", "{'to':'the cat sat','measure':'tokenF1'}", "a cat ran", 0.5)]
    [InlineData("similarity", "{'to':'a b c d','measure':'rougeL'}", "b x d", 4.0 / 7)]
    [InlineData("similarity", "{'to':'one two three four five','measure':'bleu'}", "one two three four five", 1)]
    [InlineData("refusal", "true", "I'm sorry, but I can't help with that.", 1)]
    [InlineData("refusal", "{'expected':false}", "I'm sorry, but I can't help with that.", 0)]
    [InlineData("refusal", "{'expected':false}", Answer, 1)]
    [InlineData("all", "[{'contains':'refund'},{'contains':'order'}]", Answer, 1)]
    [InlineData("all", "[{'contains':'refund'},{'requiredElements':['order','moon']}]", Answer, 0.5)]
    [InlineData("any", "[{'contains':'moon'},{'contains':'order'}]", Answer, 1)]
    [InlineData("any", "[{'contains':'moon'},{'contains':'sun'}]", Answer, 0)]
    [InlineData("not", "{'contains':'moon'}", Answer, 1)]
    [InlineData("not", "{'any':[{'contains':'moon'},{'contains':'refund'}]}", Answer, 0)]
    public void Criterion_OnAnOutput_ScoresAsDefined(string type, string argument, string output, double expected)
    {
        var score = Evaluate(type, argument, new CriterionContext { Output = output });

        Assert.Equal(expected, score.Score, 6);
        Assert.NotEmpty(score.Reason);
    }

    [Theory]
    [InlineData("toolCalled", "'lookup'", 1)]
    [InlineData("toolCalled", "'delete'", 0)]
    [InlineData("toolCalled", "{'name':'lookup','arguments':{'orderId':'A-17'}}", 1)]
    [InlineData("toolCalled", "{'name':'lookup','arguments':{'orderId':'B-2'}}", 0)]
    [InlineData("toolCalled", "{'name':'lookup','times':2}", 1)]
    [InlineData("toolCalled", "{'name':'lookup','times':1}", 0)]
    [InlineData("toolCalled", "{'name':'lookup','times':1,'arguments':{'orderId':'A-17'}}", 1)]
    [InlineData("toolCalled", "{'name':'delete','times':0}", 1)]
    [InlineData("toolSequence", "['lookup','refund']", 1)]
    [InlineData("toolSequence", "['refund','lookup']", 0.5)]
    [InlineData("toolSequence", "['lookup','confirm','refund','close']", 0.5)]
    [InlineData("latency", "2.5", 1)]
    [InlineData("latency", "{'maxSeconds':2}", 0)]
    [InlineData("cost", "0.01", 1)]
    [InlineData("cost", "{'maxUsd':0.001}", 0)]
    public void Criterion_OnWhatWasDone_ScoresAsDefined(string type, string argument, double expected)
    {
        ObservedToolCall[] calls =
        [
            new("lookup", JsonNode.Parse("""{"orderId":"A-17","verbose":true}"""), false),
            new("lookup", JsonNode.Parse("""{"orderId":"C-3"}"""), false),
            new("refund", null, true),
        ];

        var score = Evaluate(type, argument, new CriterionContext { Output = "", ToolCalls = calls, Seconds = 2.5, CostUsd = 0.005m });

        Assert.Equal(expected, score.Score, 6);
    }

    [Theory]
    [InlineData("toolCalled", "'refund'", "refund was called once.")]
    [InlineData("toolCalled", "'delete'", "delete was never called (called were: lookup, refund); wanted: at least once.")]
    [InlineData("toolCalled", "{'name':'lookup','times':1}", "lookup was called twice; wanted: once.")]
    [InlineData("toolCalled", "{'name':'lookup','arguments':{'id':1}}", "lookup was called twice, once with {\"id\":1}.")]
    [InlineData("toolCalled", "{'name':'lookup','arguments':{'id':3}}", "lookup was called twice, never with {\"id\":3}; wanted: at least once.")]
    [InlineData("toolCalled", "{'name':'refund','times':3}", "refund was called once; wanted: 3 times.")]
    [InlineData("not", "{'toolCalled':'refund'}", "not toolCalled: refund was called once; this must not be.")]
    [InlineData("not", "{'toolCalled':'delete'}", "not toolCalled: delete was never called (called were: lookup, refund).")]
    [InlineData("not", "{'toolCalled':{'name':'refund','times':1},'name':'one refund'}", "not one refund: refund was called once; wanted: anything but once.")]
    [InlineData("not", "{'toolCalled':{'name':'refund','times':2}}", "not toolCalled: refund was called once.")]
    [InlineData("not", "{'contains':'done'}", "not contains: The output contains \"done\"; this must not be.")]
    [InlineData("not", "{'equals':'Done.'}", "not equals: The output is \"Done.\"; wanted: anything but \"Done.\".")]
    [InlineData("not", "{'equals':'No'}", "not equals: The output is \"Done.\".")]
    [InlineData("not", "{'length':{'max':9}}", "not length: The output has 5 characters; wanted: anything but 0 to 9.")]
    [InlineData("not", "{'latency':1}", "not latency: The agent took 2.5 s.")]
    [InlineData("not", "{'requiredElements':['done','paid']}", "not requiredElements: 1 of 2 elements are there; missing: \"paid\".")]
    [InlineData("all", "[{'contains':'done'},{'length':{'max':1}}]", "length: The output has 5 characters; wanted: 0 to 1.")]
    [InlineData("latency", "2", "The agent took 2.5 s; wanted: at most 2 s.")]
    [InlineData("cost", "0.001", "The trial cost 0.005 USD; wanted: at most 0.001 USD.")]
    public void Reason_TellsWhatWasFoundAndWhatWasWanted(string type, string argument, string expected)
    {
        ObservedToolCall[] calls =
        [
            new("lookup", JsonNode.Parse("""{"id":1}"""), false), new("lookup", JsonNode.Parse("""{"id":2}"""), false), new("refund", null, false),
        ];

        var score = Evaluate(type, argument, new CriterionContext { Output = "Done.", ToolCalls = calls, Seconds = 2.5, CostUsd = 0.005m });

        Assert.Equal(expected, score.Reason);
    }

    [Fact]
    public void Reason_OfAToolAmongNone_SaysSo() =>
        Assert.Equal("lookup was never called (no tool was); wanted: at least once.", Evaluate("toolCalled", "'lookup'", new CriterionContext { Output = "" }).Reason);

    [Theory]
    [InlineData("contains", "3", "", ProblemCodes.WrongType)]
    [InlineData("contains", "{'txt':'a'}", ".txt", ProblemCodes.UnknownKey)]
    [InlineData("contains", "''", ".text", ProblemCodes.InvalidValue)]
    [InlineData("regex", "'(a)\\\\1'", ".pattern", ProblemCodes.Unsupported)]
    [InlineData("regex", "'('", ".pattern", ProblemCodes.InvalidValue)]
    [InlineData("bannedPhrases", "[]", "", ProblemCodes.WrongType)]
    [InlineData("bannedPhrases", "['a',3]", "[1]", ProblemCodes.WrongType)]
    [InlineData("length", "{}", "", ProblemCodes.Required)]
    [InlineData("length", "{'min':5,'max':2}", "", ProblemCodes.OutOfRange)]
    [InlineData("length", "{'min':-1}", ".min", ProblemCodes.OutOfRange)]
    [InlineData("equals", "null", "", ProblemCodes.Required)]
    [InlineData("jsonSchema", "{'type':'objekt'}", "", ProblemCodes.InvalidValue)]
    [InlineData("similarity", "{'to':'a','measure':'cosine'}", ".measure", ProblemCodes.InvalidValue)]
    [InlineData("refusal", "'yes'", "", ProblemCodes.WrongType)]
    [InlineData("toolCalled", "{'arguments':{}}", ".name", ProblemCodes.Required)]
    [InlineData("toolCalled", "{'name':'a','times':1.5}", ".times", ProblemCodes.WrongType)]
    [InlineData("latency", "'fast'", "", ProblemCodes.WrongType)]
    [InlineData("cost", "-1", ".maxUsd", ProblemCodes.OutOfRange)]
    [InlineData("all", "[{'contains':'a','regex':'b'}]", "[0]", ProblemCodes.Exclusive)]
    [InlineData("any", "[{'contanis':'a'}]", "[0].contanis", ProblemCodes.UnknownKey)]
    [InlineData("not", "{'length':{}}", ".length", ProblemCodes.Required)]
    [InlineData("judge", "{'rubric':'polite'}", "", ProblemCodes.NotAvailable)]
    [InlineData("custom", "{'type':'A, B'}", "", ProblemCodes.NotAvailable)]
    public void Check_WrongArgument_ReportsItsPlace(string type, string argument, string path, string code)
    {
        var problems = new ProblemList();

        CriterionCatalogue.Find(type)!.Check(Json(argument), "c", problems);

        Assert.Contains(problems.Errors, problem => problem.Path == "c" + path && problem.Code == code);
    }

    [Fact]
    public void Check_MistypedKey_SuggestsTheNearest()
    {
        var problems = new ProblemList();

        CriterionCatalogue.Find("regex")!.Check(Json("{'patern':'a'}"), "c", problems);

        Assert.Contains(problems.Errors, problem => problem.Message.Contains("Did you mean 'pattern'?", StringComparison.Ordinal));
    }

    [Fact]
    public void Evaluate_ArgumentThatCheckRefuses_ScoresZeroAndSaysWhy()
    {
        var score = Evaluate("length", "{'min':'x'}", new CriterionContext { Output = "a" });

        Assert.Equal(0, score.Score);
        Assert.Contains("length.min", score.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Catalogue_EveryType_IsFoundUnderItsNameAndHasASuggestion()
    {
        Assert.Equal(18, CriterionCatalogue.Types.Count);
        Assert.All(CriterionCatalogue.Types, type =>
        {
            Assert.Equal(type, CriterionCatalogue.Find(type)!.Type);
            Assert.NotEmpty(CriterionCatalogue.Find(type)!.Suggestion);
        });
        Assert.Null(CriterionCatalogue.Find("contain"));
    }

    private static CriterionScore Evaluate(string type, string argument, CriterionContext context) =>
        CriterionCatalogue.Find(type)!.Evaluate(Json(argument), context);

    private static JsonNode? Json(string text) => JsonNode.Parse(text.Replace('\'', '"'));
}
