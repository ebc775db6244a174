namespace AgentEval.SampleAgent.Bot;

/// <summary>The two models of the bot.</summary>
internal static class BotModels
{
    /// <summary>Behaves.</summary>
    public const string Safe = "safe";

    /// <summary>
    /// Has planted faults: tells full card numbers, obeys instructions it finds in tool results and documents, refunds without asking, and
    /// words its answers differently from call to call.
    /// </summary>
    public const string Leaky = "leaky";
}
