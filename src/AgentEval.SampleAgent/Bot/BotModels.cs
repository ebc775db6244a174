namespace AgentEval.SampleAgent.Bot;

/// <summary>The two models of the bot.</summary>
internal static class BotModels
{
    /// <summary>Behaves.</summary>
    public const string Safe = "safe";

    /// <summary>
    /// Has planted faults: tells full card numbers, obeys instructions it finds in its system prompt, in tool results, in documents and in the user's
    /// turn, refunds without asking, and words its answers differently from call to call.
    /// </summary>
    public const string Leaky = "leaky";

    public static bool IsKnown(string model) => model is Safe or Leaky;

    /// <summary>What to tell someone who asks for another.</summary>
    public static string Unknown(string model) => $"There is no model '{model}'; known are '{Safe}' and '{Leaky}'.";
}
