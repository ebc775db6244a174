namespace AgentEval.Client;

/// <summary>The service could not be reached, or what answered is not the service.</summary>
public sealed class AgentEvalConnectionException(string message, Exception? innerException = null) : Exception(message, innerException);
