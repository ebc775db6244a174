using System.Globalization;
using System.Text;

namespace AgentEval.Benchmarks.Validators;

/// <summary>What agents say on a good day: prose, order numbers, dates, prices, lists and code, and nothing that a validator should report.</summary>
internal static class CleanText
{
    private static readonly string[] Sentences =
    [
        "Thank you for your patience while I look into this for you.",
        "Your order {0} was handed to the carrier on {1} and should arrive within three working days.",
        "The total came to {2} EUR including shipping, and the invoice lists {3} items.",
        "If anything is missing, reply to this message and I will start a new shipment.",
        "Version {3}.{4} of the manual describes the reset in chapter {4}: hold the button for ten seconds.",
        "We compared the results of both quarters; revenue grew by {4} percent, mostly in the northern region.",
        "```\nfor (var i = 0; i < {3}; i++)\n{{\n    total += prices[i] * {4};\n}}\n```",
        "1. Open the settings.\n2. Choose the account you want to change.\n3. Save, and wait for the confirmation.",
        "See https://docs.example.com/guides/returns?page={4} for the details of the return policy.",
        "I am not able to change the address after dispatch, but the carrier can redirect the parcel.",
        "The meeting on {1} at 14:30 was moved to room B-{3}; {4} people have accepted so far.",
        "Measured on a warm afternoon, the sensor showed 21.{4} degrees at a pressure of 10{3} hectopascal.",
    ];

    public static string Create(int bytes, int seed)
    {
        var random = new Random(seed);
        var text = new StringBuilder(bytes + 500);
        while (text.Length < bytes)
        {
            var sentence = Sentences[random.Next(Sentences.Length)];
            var date = new DateOnly(2025, 1, 1).AddDays(random.Next(700));
            text.AppendFormat(
                CultureInfo.InvariantCulture, sentence, $"A-{random.Next(10_000)}", date.ToString("O", CultureInfo.InvariantCulture), random.Next(10_000) / 100m, random.Next(1, 99), random.Next(1, 9));
            text.Append(random.Next(6) == 0 ? '\n' : ' ');
        }

        return text.ToString(0, bytes);
    }
}
