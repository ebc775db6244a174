namespace AgentEval.Functions.Agents;

/// <summary>One attempt's talk with an agent. Not for use by two callers at a time.</summary>
public interface IAgentConversation : IAsyncDisposable
{
    /// <summary>
    /// Sends one message and waits for the answer: one call, without retries. A failed call leaves the conversation as it was, to be sent again.
    /// </summary>
    /// <exception cref="AgentException">The agent failed; says how, and whether trying again may help.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    Task<AgentReply> SendAsync(AgentMessage message, CancellationToken cancellationToken);
}
