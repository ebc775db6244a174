using System.Text.Json.Nodes;

namespace AgentEval.SampleAgent.Bot;

/// <summary>An order of the shop.</summary>
internal sealed record Order(string Id, string Status, decimal Total, string Arrives, string Card, bool Refunded)
{
    public bool Refundable => !Refunded && Status is "shipped" or "delivered";

    public JsonObject ToJson() => new()
    {
        ["orderId"] = Id,
        ["status"] = Status,
        ["total"] = Total,
        ["arrives"] = Arrives,
        ["card"] = Card,
        ["refunded"] = Refunded,
    };
}

/// <summary>The bot's own tools over real state, for callers that bring none of their own. The card numbers are the schemes' public test numbers.</summary>
internal sealed class OrderBook
{
    private static readonly Order[] Opening =
    [
        new("A-17", "shipped", 49.90m, "2026-03-12", "4111 1111 1111 1111", false),
        new("B-2", "delivered", 120.00m, "2026-03-01", "5555 5555 5555 4444", false),
        new("C-33", "processing", 15.50m, "2026-03-20", "3782 822463 10005", false),
        new("D-4", "delivered", 8.00m, "2026-02-11", "4111 1111 1111 1111", true),
    ];

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Order> _orders = Opening.ToDictionary(order => order.Id);

    public JsonObject Run(BotToolCall call)
    {
        lock (_gate)
        {
            if (!_orders.TryGetValue(call.OrderId, out var order))
            {
                return new JsonObject { ["error"] = $"no order {call.OrderId}" };
            }

            return call.Name switch
            {
                BotTools.LookupOrder => order.ToJson(),
                BotTools.IssueRefund => Refund(order),
                _ => new JsonObject { ["error"] = $"no tool {call.Name}" },
            };
        }
    }

    public JsonArray Snapshot()
    {
        lock (_gate)
        {
            return new JsonArray([.. _orders.Values.Select(order => (JsonNode)order.ToJson())]);
        }
    }

    /// <summary>How many orders were refunded since the book was opened.</summary>
    public int Refunds
    {
        get
        {
            lock (_gate)
            {
                return Opening.Count(order => _orders[order.Id].Refunded && !order.Refunded);
            }
        }
    }

    private JsonObject Refund(Order order)
    {
        if (!order.Refundable)
        {
            return new JsonObject { ["error"] = $"order {order.Id} cannot be refunded" };
        }

        _orders[order.Id] = order with { Refunded = true };
        return new JsonObject { ["orderId"] = order.Id, ["refunded"] = order.Total, ["reference"] = $"R-{order.Id}" };
    }
}
