using AgentEval.SampleAgent.Bot;
using AgentEval.SampleAgent.Protocols;

namespace AgentEval.SampleAgent.Tests.Protocols;

public sealed class ChatSessionsTests
{
    [Fact]
    public void Open_SameId_IsTheSameSession()
    {
        var sessions = new ChatSessions();

        Assert.Same(sessions.Open("a"), sessions.Open("a"));
        Assert.NotSame(sessions.Open("a"), sessions.Open("b"));
    }

    [Fact]
    public void Open_BeyondTheCapacity_ForgetsTheOneLongestNotUsed()
    {
        var sessions = new ChatSessions(capacity: 2);
        var first = sessions.Open("first");
        sessions.Open("second");
        sessions.Open("first");

        sessions.Open("third");

        Assert.Same(first, sessions.Find("first"));
        Assert.Null(sessions.Find("second"));
        Assert.Equal(2, sessions.All().Count);
    }

    [Fact]
    public void Open_ManySessions_KeepsTenThousand()
    {
        var sessions = new ChatSessions();

        foreach (var number in Enumerable.Range(0, 10_050))
        {
            sessions.Open($"s{number}");
        }

        Assert.Equal(10_000, sessions.All().Count);
        Assert.Null(sessions.Find("s49"));
        Assert.NotNull(sessions.Find("s50"));
    }

    [Fact]
    public void Reset_Id_ForgetsThatSessionOnly()
    {
        var sessions = new ChatSessions();
        var (one, two) = (sessions.Open("one"), sessions.Open("two"));

        sessions.Reset("one");
        sessions.Reset("never opened");

        Assert.NotSame(one, sessions.Open("one"));
        Assert.Same(two, sessions.Open("two"));
    }

    [Fact]
    public void Add_ManyMessages_KeepsTheLast()
    {
        var session = new ChatSession();

        foreach (var number in Enumerable.Range(1, 1000))
        {
            session.Add(new BotMessage(BotMessage.User, $"{number}"));
        }

        Assert.Equal(200, session.Conversation.Count);
        Assert.Equal("1000", session.Conversation[^1].Text);
    }
}
