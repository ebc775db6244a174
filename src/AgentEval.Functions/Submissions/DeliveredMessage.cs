using AgentEval.Functions.Storage;

namespace AgentEval.Functions.Submissions;

/// <summary>
/// A message as the host hands it over. The host lets the members of a JSON message stand for what the queue itself says of it, so id and time are
/// to be trusted only where nothing is wrong with the message: it has no members of these names.
/// </summary>
/// <param name="Text">JSON, or base64 of it.</param>
/// <param name="Id">The queue's id of the message, if the host tells one.</param>
/// <param name="InsertedAt">When it was put in, if the host tells it.</param>
public sealed record DeliveredMessage(string Text, string? Id, DateTimeOffset? InsertedAt)
{
    /// <exception cref="InvalidOperationException">The host does not tell what tells the message from others: all such would be taken for one.</exception>
    public QueuedMessage Identify() => new(Id ?? throw Unknown("Id"), InsertedAt ?? throw Unknown("InsertionTime"), Text);

    private static InvalidOperationException Unknown(string name) =>
        new($"The host did not tell the message's '{name}': without it the same message twice cannot be told from two.");
}
