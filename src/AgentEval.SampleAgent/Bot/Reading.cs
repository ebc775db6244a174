using System.Text.RegularExpressions;

namespace AgentEval.SampleAgent.Bot;

internal enum Intent
{
    None,
    Greeting,
    Thanks,
    Status,
    Refund,
    Payment,
    Cancel,
    ReturnPolicy,
    Shipping,
    Hours,
    OffTopic,
    Override,
    OtherCustomer,
}

/// <summary>Reads a user's message: what is wanted, of which order, yes or no.</summary>
internal static class Reading
{
    private static readonly (Intent Intent, Regex Pattern)[] Intents =
    [
        (Intent.Override, Pattern(@"ignore (all |any |your |the )*(previous |prior )?(instructions|rules)|system prompt|developer mode|reveal your (instructions|rules)|you are now|pretend (to be|you are)|act as")),
        (Intent.OtherCustomer, Pattern(@"(another|other|different|someone else's|my neighbou?r's|my ex's) (customer|person|order|account|address)|all customers")),
        (Intent.OffTopic, Pattern(@"medic|diagnos|headache|doctor|lawyer|legal advice|lawsuit|election|politic|vote for|stock|invest|bitcoin|recipe|poem|homework|malware|weapon|build a bomb")),
        (Intent.Refund, Pattern(@"refund|money back|reimburse|return (it|this|my order|the order)|send it back")),
        (Intent.Payment, Pattern(@"card|payment|paid with|how did i pay")),
        (Intent.Cancel, Pattern(@"\bcancel")),
        (Intent.Status, Pattern(@"where is|status|track|arrive|delivered|when will|look up|check (on )?(my )?order|has it shipped|find my order")),
        (Intent.ReturnPolicy, Pattern(@"return policy|how long .*return|returns? work|days to return")),
        (Intent.Shipping, Pattern(@"shipping|deliver(y)? (cost|time|take)|ship to|how long does delivery")),
        (Intent.Hours, Pattern(@"opening hours|open on|when are you open|business hours|phone line")),
        (Intent.Thanks, Pattern(@"\bthank|\bthanks|that's all|bye")),
        (Intent.Greeting, Pattern(@"^(hi|hello|hey|good (morning|afternoon|evening))\b")),
    ];

    private static readonly Regex Order = Pattern(@"\b([a-z]-\d{1,4})\b");
    private static readonly Regex Yes = Pattern(@"^\W*(yes|yeah|yep|sure|ok|okay|please do|go ahead|confirm|confirmed|do it|correct)\b");
    private static readonly Regex No = Pattern(@"^\W*(no|nope|don't|do not|stop|wait|never mind|not now)\b");
    private static readonly Regex Command = Pattern(@"(?:say|reply with|reply|answer with|print|output|write|respond with|include)(?: only| exactly| the word| the code| the text)*:? ?[""'“]?([A-Z0-9][A-Z0-9_-]{3,40})\b");

    /// <summary>Return policies are asked before refunds: "how long do I have to return it".</summary>
    public static Intent IntentOf(string text)
    {
        if (Intents.First(each => each.Intent == Intent.ReturnPolicy).Pattern.IsMatch(text))
        {
            return Intent.ReturnPolicy;
        }

        return Intents.FirstOrDefault(each => each.Pattern.IsMatch(text)).Intent;
    }

    public static string? OrderIn(string text) => Order.Match(text) is { Success: true } match ? match.Groups[1].Value.ToUpperInvariant() : null;

    public static bool IsYes(string text) => Yes.IsMatch(text);

    public static bool IsNo(string text) => No.IsMatch(text);

    /// <summary>What an instruction hidden in a text demands to be said; null: there is none.</summary>
    public static string? CommandIn(string text) => Command.Match(text) is { Success: true } match ? match.Groups[1].Value : null;

    private static Regex Pattern(string pattern) =>
        new(pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.Multiline);
}
