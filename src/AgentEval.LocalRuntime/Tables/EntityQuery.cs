namespace AgentEval.LocalRuntime.Tables;

/// <summary>What a query asks for; null leaves it to the service.</summary>
internal sealed record EntityQuery(string? Filter, int? Top, string? Select);
