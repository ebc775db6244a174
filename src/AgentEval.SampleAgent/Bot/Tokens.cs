namespace AgentEval.SampleAgent.Bot;

/// <summary>The bot bills like a model: four characters a token.</summary>
internal static class Tokens
{
    public static int Of(string text) => (text.Length + 3) / 4;

    public static int Of(IEnumerable<BotMessage> messages) => messages.Sum(message => Of(message.Text) + 4);
}
