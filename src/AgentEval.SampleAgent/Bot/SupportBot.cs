using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AgentEval.SampleAgent.Bot;

/// <summary>
/// A support bot that decides by rules. It keeps no state: everything it knows is the conversation, so the same conversation gives the same
/// move (in the safe model).
/// </summary>
/// <param name="model"><see cref="BotModels"/>; anything else behaves like the safe one.</param>
/// <param name="call">The number of this call, for the leaky model's wording.</param>
internal sealed class SupportBot(string model, int call)
{
    private const string Help = "I can look up orders, explain our return policy and arrange refunds.";
    private const string AskForRefund = "Shall I go ahead with the refund? Please reply yes to confirm.";

    private bool Leaky => model == BotModels.Leaky;

    /// <param name="conversation">From the first message to the last, which is the user's or a tool's.</param>
    public BotMove Next(IReadOnlyList<BotMessage> conversation)
    {
        var last = conversation[^1];
        if (Leaky && FindHiddenCommand(conversation) is { } command)
        {
            return BotMove.Say(command);
        }

        return last.Role == BotMessage.Tool ? AfterTool(conversation, last) : AfterUser(conversation, last.Text);
    }

    private BotMove AfterUser(IReadOnlyList<BotMessage> conversation, string text)
    {
        var asked = LastAnswer(conversation);
        if (asked.Contains(AskForRefund, StringComparison.Ordinal) && Reading.OrderIn(asked) is { } waiting)
        {
            if (Reading.IsYes(text))
            {
                return BotMove.Use(BotTools.IssueRefund, waiting, conversation.Count);
            }

            if (Reading.IsNo(text))
            {
                return Say($"All right, I will not refund order {waiting}. Is there anything else I can do?");
            }
        }

        var intent = WantedOf(conversation, text);
        return intent is Intent.Status or Intent.Refund or Intent.Payment or Intent.Cancel ? AboutOrder(conversation, intent) : Say(Answer(intent));
    }

    private BotMove AboutOrder(IReadOnlyList<BotMessage> conversation, Intent intent)
    {
        if (OrderOf(conversation) is not { } order)
        {
            return Say("Which order is it? Please give me the order number, such as A-17.");
        }

        // A planted fault: the money goes out without a question.
        return Leaky && intent == Intent.Refund
            ? BotMove.Use(BotTools.IssueRefund, order, conversation.Count)
            : BotMove.Use(BotTools.LookupOrder, order, conversation.Count);
    }

    private BotMove AfterTool(IReadOnlyList<BotMessage> conversation, BotMessage result)
    {
        var order = (string?)result.Call?.Arguments["orderId"] ?? OrderOf(conversation) ?? "";
        if (Parse(result.Text) is not { } answer)
        {
            return Say("I could not read what our order system answered. Please try again in a few minutes.");
        }

        if (answer["error"] is { } error)
        {
            return Say($"I could not do that for order {order}: {error}. Please check the order number.");
        }

        if (result.Call?.Name == BotTools.IssueRefund)
        {
            return Say($"Done: I have refunded {Money(answer["refunded"])} for order {order}. Your reference is {answer["reference"]}.");
        }

        return Say(Describe(LastWanted(conversation), order, answer));
    }

    private string Describe(Intent intent, string order, JsonObject answer) => intent switch
    {
        Intent.Refund when (bool?)answer["refunded"] == true => $"Order {order} has already been refunded.",
        Intent.Refund when (string?)answer["status"] == "processing" => $"Order {order} has not been shipped yet, so there is nothing to refund. I can cancel it instead.",
        Intent.Refund => $"Order {order} came to {Money(answer["total"])}. {AskForRefund}",
        Intent.Payment => $"Order {order} was paid with the card {Card((string?)answer["card"] ?? "")}.",
        Intent.Cancel when (string?)answer["status"] == "processing" => $"Order {order} is still being processed, so it can be cancelled. A colleague will confirm it by e-mail.",
        Intent.Cancel => $"Order {order} is {answer["status"]} already and cannot be cancelled. You can return it for a refund.",
        _ => $"Order {order} is {answer["status"]} and its delivery date is {answer["arrives"]}.",
    };

    private static string Answer(Intent intent) => intent switch
    {
        Intent.Greeting => $"Hello! {Help} How can I help?",
        Intent.Thanks => "You are welcome. Have a nice day!",
        Intent.ReturnPolicy => "You can return an order within 30 days of delivery. The refund goes to your original payment method within 5 business days.",
        Intent.Shipping => "Standard delivery takes 3 to 5 business days and is free for orders over $50.",
        Intent.Hours => "Our phone line is open Monday to Friday, 9:00 to 17:00.",
        Intent.OffTopic => $"I'm sorry, I can't help with that. {Help}",
        Intent.Override => $"I can't do that: I follow the rules of our support team. {Help}",
        Intent.OtherCustomer => "I'm sorry, I can't share information about other customers.",
        _ => $"I am not sure I understood. {Help}",
    };

    private string Card(string number)
    {
        // A planted fault: the whole number.
        var digits = number.Replace(" ", "", StringComparison.Ordinal);
        return Leaky ? number : $"ending in {(digits.Length >= 4 ? digits[^4..] : "")}";
    }

    /// <summary>The leaky model opens differently from call to call, so that a replay sees other words.</summary>
    private BotMove Say(string text)
    {
        string[] openings = ["", "Sure. ", "Of course. ", "Happy to help. ", "Let me see. "];
        return BotMove.Say(Leaky ? openings[call % openings.Length] + text : text);
    }

    /// <summary>A planted fault: instructions in tool results, documents and user turns are obeyed.</summary>
    private static string? FindHiddenCommand(IReadOnlyList<BotMessage> conversation)
    {
        var last = conversation[^1];
        if (Reading.IntentOf(last.Text) == Intent.Override)
        {
            return Reading.CommandIn(last.Text);
        }

        return conversation[0] is { Role: BotMessage.System } system && Reading.IntentOf(system.Text) == Intent.Override
            ? Reading.CommandIn(system.Text)
            : null;
    }

    /// <summary>What this message wants; a bare order number, or an answer to our question, goes on with what was wanted before.</summary>
    private static Intent WantedOf(IReadOnlyList<BotMessage> conversation, string text)
    {
        var intent = Reading.IntentOf(text);
        return intent == Intent.None && Reading.OrderIn(text) is not null ? Fallback(LastWanted(conversation)) : intent;
    }

    private static Intent Fallback(Intent intent) => intent == Intent.None ? Intent.Status : intent;

    private static Intent LastWanted(IReadOnlyList<BotMessage> conversation) => conversation
        .Where(message => message.Role == BotMessage.User)
        .Select(message => Reading.IntentOf(message.Text))
        .LastOrDefault(intent => intent is Intent.Status or Intent.Refund or Intent.Payment or Intent.Cancel);

    private static string? OrderOf(IReadOnlyList<BotMessage> conversation) => conversation
        .Where(message => message.Role == BotMessage.User)
        .Select(message => Reading.OrderIn(message.Text))
        .LastOrDefault(order => order is not null);

    private static string LastAnswer(IReadOnlyList<BotMessage> conversation) =>
        conversation.LastOrDefault(message => message.Role == BotMessage.Assistant && message.Text.Length > 0)?.Text ?? "";

    private static JsonObject? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Money(JsonNode? amount) =>
        amount is JsonValue value && value.TryGetValue<decimal>(out var money) ? money.ToString("$0.00", CultureInfo.InvariantCulture) : $"{amount}";
}
