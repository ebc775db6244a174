using Azure;
using Azure.Identity;
using Azure.Security.KeyVault.Secrets;
using Microsoft.Extensions.Options;

namespace AgentEval.Functions.Security;

/// <summary>
/// Azure Key Vault, with the identity the app runs as. The client is made at the first read, so that an app without a vault never looks for an identity.
/// </summary>
internal sealed class AzureKeyVault(IOptions<SecurityOptions> options) : IKeyVault
{
    private readonly Lazy<SecretClient> _client = new(() => new SecretClient(
        options.Value.KeyVaultUri ?? throw new SecretUnavailableException($"Set {SecurityOptions.Section}:KeyVault."), new DefaultAzureCredential()));

    public async Task<string?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await _client.Value.GetSecretAsync(name, version: null, cancellationToken);
            return answer.Value.Value;
        }
        catch (RequestFailedException failure) when (failure.Status == 404)
        {
            return null;
        }
        catch (RequestFailedException failure)
        {
            var message = $"The vault did not give 'keyvault:{name}' (status {failure.Status}, {failure.ErrorCode}).";
            throw new SecretUnavailableException(message, failure);
        }
        catch (AuthenticationFailedException failure)
        {
            throw new SecretUnavailableException($"The app's identity could not sign in to read 'keyvault:{name}'.", failure);
        }
    }
}
