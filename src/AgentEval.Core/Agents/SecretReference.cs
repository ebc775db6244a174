using System.Text.RegularExpressions;

namespace AgentEval.Core.Agents;

public enum SecretStore
{
    Env,
    KeyVault,
}

/// <summary>Where a secret is kept: <c>env:NAME</c> or <c>keyvault:NAME</c>.</summary>
public sealed partial record SecretReference(SecretStore Store, string Name)
{
    /// <summary>Null: not a reference.</summary>
    public static SecretReference? Parse(string? text)
    {
        var parts = (text ?? "").Split(':', 2);
        return parts switch
        {
            ["env", var name] when VariableName().IsMatch(name) => new(SecretStore.Env, name),
            ["keyvault", var name] when VaultName().IsMatch(name) => new(SecretStore.KeyVault, name),
            _ => null,
        };
    }

    public override string ToString() => (Store == SecretStore.Env ? "env:" : "keyvault:") + Name;

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]{0,199}\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex VariableName();

    // The names Azure Key Vault allows.
    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9-]{0,126}\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex VaultName();
}
