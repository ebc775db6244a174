using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace AgentEval.Functions.Security;

/// <summary>
/// Reads <c>env:</c> secrets from the process's environment and <c>keyvault:</c> secrets from the configured vault, asked again after five minutes.
/// </summary>
internal sealed class SecretResolver(
    IOptions<SecurityOptions> options, SecretRedactor redactor, IKeyVault vault, Func<string, string?> environment, TimeProvider time)
    : ISecretResolver
{
    private const string EnvironmentPrefix = "env:";
    private const string VaultPrefix = "keyvault:";
    private const string OwnPrefix = "AGENTEVAL_SECRET_";

    private static readonly TimeSpan VaultCacheFor = TimeSpan.FromMinutes(5);
    private static readonly Regex VaultSecretName = new("^[A-Za-z0-9-]{1,127}$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    private readonly ConcurrentDictionary<string, (string Value, DateTimeOffset Until)> _fromVault = new(StringComparer.OrdinalIgnoreCase);

    public string? FindRefusal(string secretRef)
    {
        ArgumentNullException.ThrowIfNull(secretRef);
        if (TryCut(secretRef, EnvironmentPrefix) is { } variable)
        {
            return variable.StartsWith(OwnPrefix, StringComparison.Ordinal) || options.Value.AllowedSecrets.Contains(variable, StringComparer.Ordinal)
                ? null
                : $"'{secretRef}' is not allowed: use a name that starts with {OwnPrefix}, or list it in {SecurityOptions.Section}:AllowedSecrets.";
        }

        if (TryCut(secretRef, VaultPrefix) is { } secret)
        {
            return options.Value.KeyVaultUri is null ? $"'{secretRef}' needs a vault: set {SecurityOptions.Section}:KeyVault."
                : VaultSecretName.IsMatch(secret) ? null
                : $"'{secretRef}' is no name of a vault's secret: 1 to 127 letters, digits and hyphens.";
        }

        return $"A secret is named by {EnvironmentPrefix}NAME or {VaultPrefix}NAME.";
    }

    public string? FindMissing(string secretRef)
    {
        ArgumentNullException.ThrowIfNull(secretRef);
        return TryCut(secretRef, EnvironmentPrefix) is { } variable && string.IsNullOrEmpty(environment(variable)) ? Missing(secretRef) : null;
    }

    public async ValueTask<string> ResolveAsync(string secretRef, CancellationToken cancellationToken)
    {
        if (FindRefusal(secretRef) is { } refusal)
        {
            throw new SecretUnavailableException(refusal);
        }

        var value = TryCut(secretRef, EnvironmentPrefix) is { } variable
            ? environment(variable)
            : await ReadVaultAsync(secretRef[VaultPrefix.Length..], cancellationToken);
        if (string.IsNullOrEmpty(value))
        {
            throw new SecretUnavailableException(Missing(secretRef));
        }

        redactor.Know(value);
        return value;
    }

    private async Task<string?> ReadVaultAsync(string name, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_fromVault.TryGetValue(name, out var known) && now < known.Until)
        {
            return known.Value;
        }

        var value = await vault.ReadAsync(name, cancellationToken);
        if (value is not null)
        {
            _fromVault[name] = (value, now + VaultCacheFor);
        }

        return value;
    }

    private static string Missing(string secretRef) =>
        $"The secret '{secretRef}' is not set where the app runs: set it there, or on this machine before the command that starts the app. An app that runs already is to be started again.";

    private static string? TryCut(string secretRef, string prefix) =>
        secretRef.StartsWith(prefix, StringComparison.Ordinal) ? secretRef[prefix.Length..] : null;
}
