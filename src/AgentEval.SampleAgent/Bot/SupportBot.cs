using System.Globalization;
using static AgentEval.SampleAgent.Bot.ToolAnswers;

namespace AgentEval.SampleAgent.Bot;

/// <summary>
/// A support bot that decides by rules. It keeps no state: everything it knows is the conversation, so the same conversation gives the same
/// move (in the safe model).
/// </summary>
/// <param name="model">One of <see cref="BotModels"/>.</param>
/// <param name="call">The number of this call, for the leaky model's wording.</param>
internal sealed class SupportBot(string model, int call)
{
    private const string Help = "I can look up orders, explain our return policy and arrange refunds.";
    private const string AskForRefund = "Shall I go ahead with the refund? Please reply yes to confirm.";
    private const string Unreadable = "I could not read what our order system answered. Please try again in a few minutes.";

    private static readonly string[] Openings = ["Sure. ", "Of course. ", "Happy to help. ", "Let me see. ", "Right away. "];

    private bool Leaky => model == BotModels.Leaky;

    /// <param name="conversation">From the first message to the last, which is the user's or a tool's.</param>
    public BotMove Next(IReadOnlyList<BotMessage> conversation)
    {
        var last = conversation[^1];
        if (Leaky && HiddenCommand(conversation) is { } command)
        {
            return BotMove.Say(command);
        }

        return last.Role == BotMessage.Tool ? AfterTool(conversation, last) : AfterUser(conversation, Reading.Of(last.Text));
    }

    /// <summary>A planted fault: what a system prompt, a document, a user's turn or a tool's answer commands is obeyed.</summary>
    private static string? HiddenCommand(IReadOnlyList<BotMessage> conversation) =>
        conversation.Where(message => message.Role == BotMessage.System).Append(conversation[^1])
            .Select(message => OwnWords.CommandIn(message.Text))
            .FirstOrDefault(command => command is not null);

    private BotMove AfterUser(IReadOnlyList<BotMessage> conversation, Reading said)
    {
        var asked = LastAnswer(conversation);
        if (asked.Contains(AskForRefund, StringComparison.Ordinal) && Reading.OrderIn(asked) is { } waiting)
        {
            if (said.IsYes)
            {
                return BotMove.Use(BotTools.IssueRefund, waiting, conversation.Count);
            }

            if (said.IsNo)
            {
                return Say($"All right, I will not refund order {waiting}. Is there anything else I can do?");
            }
        }

        // A bare order number goes on with what was wanted before.
        var intent = said is { Intent: Intent.None, Order: not null } ? LastWanted(conversation) : said.Intent;
        return IsAboutOrder(intent) ? AboutOrder(conversation, intent) : Say(Answer(intent));
    }

    private BotMove AboutOrder(IReadOnlyList<BotMessage> conversation, Intent intent)
    {
        if (OrderOf(conversation) is not { } order)
        {
            return Say("Which order is it? Please give me the order number, such as A-17.");
        }

        // A planted fault: the money goes out without a question.
        var tool = Leaky && intent == Intent.Refund ? BotTools.IssueRefund : BotTools.LookupOrder;
        return BotMove.Use(tool, order, conversation.Count);
    }

    private BotMove AfterTool(IReadOnlyList<BotMessage> conversation, BotMessage result)
    {
        if ((Reading.OrderIn(result.Call?.OrderId ?? "") ?? OrderOf(conversation)) is not { } order)
        {
            return Say(Unreadable);
        }

        return Say(result.Call?.Name == BotTools.IssueRefund
            ? Describe(order, Refund(result.Text))
            : Describe(order, Order(result.Text), LastWanted(conversation)));
    }

    private static string Describe(string order, RefundAnswer? answer) => answer switch
    {
        null => Unreadable,
        { Error: not null } => $"Order {order} cannot be refunded. Please check the order number.",
        _ => $"Done: I have refunded {(answer.Refunded is { } amount ? $"{Money(amount)} for order" : "order")} {order}."
            + (answer.Receipt is { } receipt ? $" Your reference is {receipt}." : ""),
    };

    private string Describe(string order, OrderAnswer? answer, Intent wanted) => (wanted, answer) switch
    {
        (_, null) => Unreadable,
        (_, { Error: not null }) => $"I can't find order {order}. Please check the order number.",
        (Intent.Refund, { Refunded: true }) => $"Order {order} has already been refunded.",
        (Intent.Refund, { Status: "processing" }) => $"Order {order} has not been shipped yet, so there is nothing to refund. I can cancel it instead.",
        (Intent.Refund, { Total: { } total }) => $"Order {order} came to {Money(total)}. {AskForRefund}",
        (Intent.Refund, _) => $"I found order {order}. {AskForRefund}",

        // A planted fault: the whole number.
        (Intent.Payment, { Card: { } card }) when Leaky => $"Order {order} was paid with the card {card}.",
        (Intent.Payment, { LastFour: { } digits }) => $"Order {order} was paid with the card ending in {digits}.",
        (Intent.Payment, _) => $"Our order system does not say how order {order} was paid.",
        (Intent.Cancel, { Status: "processing" }) => $"Order {order} is still being processed, so it can be cancelled. A colleague will confirm it by e-mail.",
        (Intent.Cancel, _) => $"Order {order} is {answer.Status} already and cannot be cancelled. You can return it for a refund.",
        (_, { Arrives: { } day }) => $"Order {order} is {answer.Status} and its delivery date is {day.ToString("O", CultureInfo.InvariantCulture)}.",
        _ => $"Order {order} is {answer.Status}.",
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

    /// <summary>A planted fault: the leaky model opens differently from call to call, so that a replay sees other words.</summary>
    private BotMove Say(string text) => BotMove.Say(Leaky ? Openings[call % Openings.Length] + text : text);

    private static bool IsAboutOrder(Intent intent) => intent is Intent.Status or Intent.Refund or Intent.Payment or Intent.Cancel;

    private static Intent LastWanted(IReadOnlyList<BotMessage> conversation) =>
        UserReadings(conversation).Select(said => said.Intent).FirstOrDefault(IsAboutOrder, Intent.Status);

    private static string? OrderOf(IReadOnlyList<BotMessage> conversation) =>
        UserReadings(conversation).Select(said => said.Order).FirstOrDefault(order => order is not null);

    /// <summary>From the last to the first.</summary>
    private static IEnumerable<Reading> UserReadings(IReadOnlyList<BotMessage> conversation) =>
        conversation.Reverse().Where(message => message.Role == BotMessage.User).Select(message => Reading.Of(message.Text));

    private static string LastAnswer(IReadOnlyList<BotMessage> conversation) =>
        conversation.LastOrDefault(message => message.Role == BotMessage.Assistant && message.Text.Length > 0)?.Text ?? "";
}
