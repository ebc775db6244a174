namespace AgentEval.Functions.Security;

/// <summary>Reads secrets by reference, <c>env:NAME</c> or <c>keyvault:NAME</c>. Whatever it has read is known to <see cref="SecretRedactor"/>.</summary>
public interface ISecretResolver
{
    /// <summary>Null when the reference may be used here, else why not and what would help. Does not read the secret.</summary>
    string? FindRefusal(string secretRef);

    /// <summary>Null when the secret is there, as far as that can be seen without a call; else that it is missing, and what would help.</summary>
    string? FindMissing(string secretRef);

    /// <summary>The secret's value.</summary>
    /// <exception cref="SecretUnavailableException">
    /// It may not be used, is not set, or the vault does not give it. The message names the reference, never a value.
    /// </exception>
    ValueTask<string> ResolveAsync(string secretRef, CancellationToken cancellationToken);
}

public sealed class SecretUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);
