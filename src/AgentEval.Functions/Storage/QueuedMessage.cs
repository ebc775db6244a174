namespace AgentEval.Functions.Storage;

/// <param name="Id">The queue's id of the message: delivered twice, it is the same.</param>
/// <param name="InsertedAt">When it was put in.</param>
/// <param name="Text">JSON, or base64 of it.</param>
public sealed record QueuedMessage(string Id, DateTimeOffset InsertedAt, string Text);
