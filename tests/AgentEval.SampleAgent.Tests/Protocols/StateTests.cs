using System.Net;
using System.Text.Json.Nodes;

namespace AgentEval.SampleAgent.Tests.Protocols;

public sealed class StateTests
{
    [Fact]
    public async Task State_UnknownSession_ShowsTheOpeningOrders()
    {
        await using var agent = await RunningAgent.StartAsync();

        var orders = (await agent.GetAsync("/state?session=new")).AsArray();

        Assert.Equal(["A-17", "B-2", "C-33", "D-4"], orders.Select(order => (string)order!["orderId"]!));
        Assert.Equal(0, (int)(await agent.GetAsync("/metrics"))["sessions"]!);
    }

    [Fact]
    public async Task Metrics_Refunds_CountsThoseOfAllSessions()
    {
        await using var agent = await RunningAgent.StartAsync("leaky");
        await agent.ChatAsync("Refund A-17", "one");
        await agent.ChatAsync("Refund B-2", "one");
        await agent.ChatAsync("Refund D-4", "one");
        await agent.ChatAsync("Refund B-2", "two");

        var metrics = await agent.GetAsync("/metrics");

        Assert.Equal((2, 3), ((int)metrics["sessions"]!, (int)metrics["refunds"]!));
    }

    [Fact]
    public async Task Reset_Session_UndoesItsRefundsAndForgetsItsTalk()
    {
        await using var agent = await WithRefundsAsync();

        var answer = await agent.PostAsync("/reset", new JsonObject { ["session"] = "one" });

        Assert.Equal(HttpStatusCode.NoContent, answer.Status);
        Assert.Equal(["D-4"], await ChatTests.RefundedAsync(agent, "one"));
        Assert.Equal(["A-17", "D-4"], await ChatTests.RefundedAsync(agent, "two"));
        Assert.Contains("order number", await agent.ReplyAsync("Where is it? status please", "one"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    public async Task Reset_NoSession_ForgetsAll(string body)
    {
        await using var agent = await WithRefundsAsync();

        await agent.PostAsync("/reset", body);

        Assert.Equal(0, (int)(await agent.GetAsync("/metrics"))["sessions"]!);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("{\"session\":1}")]
    public async Task Reset_BadBody_IsRefusedAndForgetsNothing(string body)
    {
        await using var agent = await WithRefundsAsync();

        var answer = await agent.PostAsync("/reset", body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal(2, (int)(await agent.GetAsync("/metrics"))["sessions"]!);
    }

    private static async Task<RunningAgent> WithRefundsAsync()
    {
        var agent = await RunningAgent.StartAsync("leaky");
        await agent.ChatAsync("Refund A-17", "one");
        await agent.ChatAsync("Refund A-17", "two");
        return agent;
    }
}
