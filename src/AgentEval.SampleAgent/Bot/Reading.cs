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

/// <summary>What a user's message asks: what is wanted, of which order, yes or no. Only <see cref="OwnWords"/> are read.</summary>
internal sealed record Reading(Intent Intent, string? Order, bool IsYes, bool IsNo)
{
    /// <summary>The first that fits counts: what must not be done before what can be, and policies before the orders they speak of.</summary>
    private static readonly (Intent Intent, Regex Pattern)[] Intents =
    [
        (Intent.ReturnPolicy, Pattern(@"(return|refund) policy|how long .*return|returns? work|days to return")),
        (Intent.OtherCustomer, Pattern(@"\b(another|other|different) (customer|person|account)|(someone else|my neighbou?r|my ex|my friend)'s (order|account|address|card)|all customers|everyone's orders")),
        (Intent.OffTopic, Pattern(@"\bmedic|diagnos|headache|doctor|lawyer|legal advice|lawsuit|\belection|politic|vote for|\bstocks\b|stock (market|price|tip)|\binvest(ing|ments?)?\b|bitcoin|recipe|\bpoem|homework|malware|weapon|build a bomb")),
        (Intent.Refund, Pattern(@"refund|money back|reimburse|return (it|this|my order|the order)|send it back")),
        (Intent.Payment, Pattern(@"\bcards?\b|payment|paid with|how did i pay")),
        (Intent.Cancel, Pattern(@"\bcancel")),
        (Intent.Status, Pattern(@"where is|\bstatus|\btrack|arrive|delivered|when will|look up|check (on )?(my )?order|has it shipped|find my order")),
        (Intent.Shipping, Pattern(@"shipping|delivery? (cost|time|take)|ship to|how long does delivery")),
        (Intent.Hours, Pattern(@"opening hours|open on|when are you open|business hours|phone line")),
        (Intent.Thanks, Pattern(@"\bthank|\bthanks|that's all|\b(good)?bye\b")),
        (Intent.Greeting, Pattern(@"^(hi|hello|hey|good (morning|afternoon|evening))\b")),
    ];

    private static readonly Regex OrderNumber = Pattern(@"\b([a-z]-\d{1,4})\b");
    private static readonly Regex Yes = Pattern(@"\A\W*(yes|yeah|yep|sure|ok|okay|please do|go ahead|confirm|confirmed|do it|correct)\b");
    private static readonly Regex No = Pattern(@"\A\W*(no|nope|don't|do not|stop|wait|never mind|not now)\b");
    private static readonly Regex Doubt = Pattern(@"\b(not|don't|wait|stop|never mind|cancel)\b");

    public static Reading Of(string message)
    {
        var words = OwnWords.Of(message);
        var text = words.Text;
        var reading = new Reading(IntentOf(text), OrderIn(text), Yes.IsMatch(text) && !Doubt.IsMatch(text), No.IsMatch(text));
        return words.Cut && reading is { Intent: Intent.None, Order: null, IsYes: false, IsNo: false } ? reading with { Intent = Intent.Override } : reading;
    }

    /// <summary>The first order number in a text, in capitals.</summary>
    public static string? OrderIn(string text) => OrderNumber.Match(text) is { Success: true } match ? match.Groups[1].Value.ToUpperInvariant() : null;

    private static Intent IntentOf(string text) => Intents.FirstOrDefault(each => each.Pattern.IsMatch(text)).Intent;

    private static Regex Pattern(string pattern) =>
        new(pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.Multiline);
}
