namespace AgentEval.Functions.Security;

/// <summary>The configured vault.</summary>
internal interface IKeyVault
{
    /// <summary>Null when the vault has no such secret.</summary>
    /// <exception cref="SecretUnavailableException">The vault does not answer or refuses.</exception>
    Task<string?> ReadAsync(string name, CancellationToken cancellationToken);
}
