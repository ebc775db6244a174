using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace AgentEval.Functions.Security;

/// <summary>What the app may call and which secrets it may read: keys of the <c>AgentEval</c> section.</summary>
public sealed record SecurityOptions
{
    public const string Section = "AgentEval";

    private static readonly Regex VaultName =
        new("^[A-Za-z][A-Za-z0-9-]{1,22}[A-Za-z0-9]$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    /// <summary>Agents may be at loopback, link-local and private addresses. Default: true on the local host, false when deployed.</summary>
    public bool AllowPrivateEndpoints { get; set; }

    /// <summary>Names <c>env:</c> may read besides those that start with <c>AGENTEVAL_SECRET_</c>. Default: none. In one value: with commas.</summary>
    public IReadOnlyList<string> AllowedSecrets { get; set; } = [];

    /// <summary>The vault of <c>keyvault:</c>: its https address, or its name in the public cloud. Default: none.</summary>
    public string? KeyVault { get; set; }

    /// <summary>The vault's address; null without a vault.</summary>
    internal Uri? KeyVaultUri => KeyVault switch
    {
        null or "" => null,
        _ when VaultName.IsMatch(KeyVault) => new Uri($"https://{KeyVault}.vault.azure.net/"),
        _ => Uri.TryCreate(KeyVault, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps ? uri : null,
    };

    /// <summary>Lays the section's keys over the values that are there.</summary>
    internal void Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        if (section[nameof(AllowPrivateEndpoints)] is { Length: > 0 } allow)
        {
            AllowPrivateEndpoints = bool.TryParse(allow, out var value) ? value : throw NoBoolean(allow);
        }

        AllowedSecrets = ReadList(section.GetSection(nameof(AllowedSecrets))) ?? AllowedSecrets;
        KeyVault = section[nameof(KeyVault)] is { Length: > 0 } vault ? vault.Trim() : KeyVault;
    }

    private static OptionsValidationException NoBoolean(string value) => new(
        Section, typeof(SecurityOptions), [$"{Section}:{nameof(AllowPrivateEndpoints)} is '{value}'; it must be true or false."]);

    private static List<string>? ReadList(IConfigurationSection section)
    {
        var items = section.GetChildren().Select(child => child.Value ?? "").ToList();
        if (items.Count == 0 && section.Value is { } line)
        {
            items = [.. line.Split([',', ';'])];
        }

        items = [.. items.Select(item => item.Trim()).Where(item => item.Length > 0)];
        return items.Count == 0 ? null : items;
    }
}

/// <summary>Stops the app at its start when a setting cannot be meant.</summary>
internal sealed class SecurityOptionsValidator : IValidateOptions<SecurityOptions>
{
    private static readonly Regex VariableName = new("^[A-Za-z_][A-Za-z0-9_]{0,199}$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    public ValidateOptionsResult Validate(string? name, SecurityOptions options)
    {
        var failures = options.AllowedSecrets
            .Where(secret => !VariableName.IsMatch(secret))
            .Select(secret => $"{SecurityOptions.Section}:AllowedSecrets holds '{secret}', which is no name of an environment variable.")
            .ToList();
        if (options.KeyVault is not null && options.KeyVaultUri is null)
        {
            failures.Add($"{SecurityOptions.Section}:KeyVault must be a vault's name or its https address.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
