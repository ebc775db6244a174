using System.Text.Json.Nodes;

namespace AgentEval.SampleAgent.Bot;

/// <summary>Names of the tools the bot knows how to use.</summary>
internal static class BotTools
{
    public const string LookupOrder = "lookup_order";
    public const string IssueRefund = "issue_refund";
}

/// <summary>One message of a conversation: of the user, of the bot (text, or a wish for a tool), or of a tool.</summary>
internal sealed record BotMessage(string Role, string Text, BotToolCall? Call = null)
{
    public const string System = "system";
    public const string User = "user";
    public const string Assistant = "assistant";
    public const string Tool = "tool";
}

/// <summary>A tool the bot wants called, or, on a message of a tool, the call it answers.</summary>
internal sealed record BotToolCall(string Id, string Name, string OrderId)
{
    public JsonObject Arguments => new() { ["orderId"] = OrderId };
}

/// <summary>What the bot does next: say something, or call a tool.</summary>
internal sealed record BotMove(string Text, BotToolCall? Call)
{
    public static BotMove Say(string text) => new(text, null);

    public static BotMove Use(string tool, string orderId, int step) => new("", new BotToolCall($"call_{step}", tool, orderId));
}
