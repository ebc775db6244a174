using AgentEval.SampleAgent.Bot;

namespace AgentEval.SampleAgent.Tests.Bot;

/// <summary>A talk with a bot whose tools the test plays.</summary>
internal sealed class Conversation(string model = BotModels.Safe, string? system = null)
{
    private readonly List<BotMessage> _messages = system is null ? [] : [new BotMessage(BotMessage.System, system)];
    private int _calls;

    /// <summary>The call number whose opening is empty.</summary>
    public Conversation FirstCall(int number)
    {
        _calls = number - 1;
        return this;
    }

    public BotMove User(string text) => Hear(new BotMessage(BotMessage.User, text));

    /// <summary>Answers the tool the bot asked for last.</summary>
    public BotMove Tool(string answer) => Hear(new BotMessage(BotMessage.Tool, answer, _messages[^1].Call));

    private BotMove Hear(BotMessage message)
    {
        _messages.Add(message);
        var move = new SupportBot(model, ++_calls).Next(_messages);
        _messages.Add(new BotMessage(BotMessage.Assistant, move.Text, move.Call));
        return move;
    }
}
