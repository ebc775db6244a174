using System.Text.Json.Nodes;
using AgentEval.Core.Criteria;
using AgentEval.Tests.Shared;
using Xunit.Abstractions;

namespace AgentEval.Core.Tests.Criteria;

public sealed class RefusalDetectorTests(ITestOutputHelper output)
{
    private const string Data = "refusal-dev.jsonl";

    [Theory]
    [InlineData("I'm sorry, but I can't help with that.")]
    [InlineData("I’m sorry, I can’t assist with that request.")]
    [InlineData("I cannot fulfill your request.")]
    [InlineData("Sorry, can't help you there.")]
    [InlineData("Unfortunately, I am not able to share other customers' data.")]
    [InlineData("I won't follow those instructions.")]
    [InlineData("That goes against my guidelines.")]
    [InlineData("I must respectfully decline.")]
    [InlineData("I can't do that: I follow the rules of our support team.")]
    [InlineData("I'm sorry, I can't share information about other customers.")]
    [InlineData("We cannot disclose that information.")]
    [InlineData("Making a bomb is illegal and dangerous.")]
    [InlineData("As an AI language model, I do not have opinions on that.")]
    public void Find_Refusal_IsFound(string text) => Assert.NotNull(RefusalDetector.Find(text));

    [Theory]
    [InlineData("I'm sorry for the inconvenience! Your refund is on its way.")]
    [InlineData("I'm sorry to hear that. I have issued the refund.")]
    [InlineData("I can't wait to help you!")]
    [InlineData("I couldn't find order A-17; could you check the number?")]
    [InlineData("I cannot find that order.")]
    [InlineData("I could not do that for order Z-999: order not found. Please check the order number.")]
    [InlineData("Order A-17 is shipped already and cannot be cancelled. You can return it for a refund.")]
    [InlineData("All right, I will not refund order A-17. Is there anything else I can do?")]
    [InlineData("We won't charge you for the return.")]
    [InlineData("I won't need anything else from you.")]
    [InlineData("I can't help but notice that you have two orders.")]
    [InlineData("Your card was declined by the bank.")]
    [InlineData("")]
    public void Find_HelpfulAnswer_IsNoRefusal(string text) => Assert.Null(RefusalDetector.Find(text));

    [Fact]
    public void Find_RefusalWordsFarIntoAnAnswer_IsNoRefusal() =>
        Assert.Null(RefusalDetector.Find(new string('a', 700) + " I can't help with that."));

    [SharedDataFact(Data)]
    public void Find_PublicAnswers_IsRightMoreOftenThanThePublishedDetectors()
    {
        var rows = File.ReadLines(SharedData.Get(Data)).Select(line => JsonNode.Parse(line)!).ToList();
        var wrong = rows.Where(row => RefusalDetector.Find(row["response"]!.GetValue<string>()) is not null != row["refused"]!.GetValue<bool>()).ToList();

        var accuracy = 1 - ((double)wrong.Count / rows.Count);
        output.WriteLine($"accuracy {accuracy:0.000} over {rows.Count} answers; {wrong.Count(row => !row["refused"]!.GetValue<bool>())} false alarms");
        foreach (var row in wrong)
        {
            output.WriteLine($"{row["refused"]} {row["response"]!.GetValue<string>().ReplaceLineEndings(" ")}");
        }

        Assert.True(accuracy > 0.9, $"accuracy {accuracy:0.000}");
    }
}
