using System.Text.RegularExpressions;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;

namespace AgentEval.Functions.Storage;

/// <summary>
/// One storage account as a setting names it, read as the Functions host reads it: a connection string, or for an identity <c>{name}__accountName</c> or
/// <c>{name}__blobServiceUri</c> and its like, with <c>__credential</c>, <c>__clientId</c>, <c>__managedIdentityResourceId</c>, <c>__tenantId</c> and <c>__clientSecret</c>.
/// </summary>
/// <remarks>What cannot be meant is an <see cref="InvalidOperationException"/> that names the setting, never its value where that may be a key.</remarks>
internal sealed class StorageConnection
{
    private static readonly Regex AccountName = new("^[a-z0-9]{3,24}$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    private readonly IConfiguration _configuration;
    private readonly string _name;
    private readonly string? _connectionString;
    private readonly Lazy<TokenCredential> _credential;

    public StorageConnection(IConfiguration configuration, string name)
    {
        (_configuration, _name) = (configuration, name);
        _connectionString = configuration[name] is { Length: > 0 } text ? text : null;
        _credential = new Lazy<TokenCredential>(ReadCredential);
    }

    /// <summary>Who the app is where no connection string says it.</summary>
    public TokenCredential Credential => _credential.Value;

    public BlobServiceClient OpenBlobs() => Open(text => new BlobServiceClient(text), "blob", (address, credential) => new BlobServiceClient(address, credential));

    public TableServiceClient OpenTables() => Open(text => new TableServiceClient(text), "table", (address, credential) => new TableServiceClient(address, credential));

    public QueueServiceClient OpenQueues() => Open(text => new QueueServiceClient(text), "queue", (address, credential) => new QueueServiceClient(address, credential));

    private T Open<T>(Func<string, T> byConnectionString, string service, Func<Uri, TokenCredential, T> byIdentity)
    {
        if (_connectionString is null)
        {
            return byIdentity(ServiceUri(service), Credential);
        }

        try
        {
            return byConnectionString(_connectionString);
        }
        catch (Exception failure) when (failure is FormatException or ArgumentException or InvalidOperationException)
        {
            throw new InvalidOperationException($"{_name} is no connection string of a storage account with a {service} service.", failure);
        }
    }

    private Uri ServiceUri(string service)
    {
        if (Value($"{service}ServiceUri") is { } address)
        {
            return Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps
                ? uri
                : throw new InvalidOperationException($"{_name}__{service}ServiceUri is '{address}'; it must be an https address such as https://ACCOUNT.{service}.core.windows.net.");
        }

        if (Value("accountName") is { } account)
        {
            return AccountName.IsMatch(account)
                ? new Uri($"https://{account}.{service}.core.windows.net")
                : throw new InvalidOperationException($"{_name}__accountName is '{account}'; it must be a storage account's name: 3 to 24 lower-case letters and digits.");
        }

        throw new InvalidOperationException(
            $"No storage account: set {_name} to a connection string, or {_name}__accountName to the name of an account the app's identity may use, " +
            $"or {_name}__{service}ServiceUri to the address of its {service} service.");
    }

    private TokenCredential ReadCredential()
    {
        var (clientId, resourceId) = (Value("clientId"), Value("managedIdentityResourceId"));
        if (clientId is not null && resourceId is not null)
        {
            throw new InvalidOperationException($"{_name}__clientId and {_name}__managedIdentityResourceId both name an identity: set one of them.");
        }

        return Value("credential") switch
        {
            null => ReadDefault(clientId, resourceId),
            var kind when kind.Equals("managedidentity", StringComparison.OrdinalIgnoreCase) => new ManagedIdentityCredential(
                clientId is not null ? ManagedIdentityId.FromUserAssignedClientId(clientId)
                : resourceId is not null ? ManagedIdentityId.FromUserAssignedResourceId(ReadResource(resourceId))
                : ManagedIdentityId.SystemAssigned),
            var other => throw new InvalidOperationException($"{_name}__credential is '{other}'; it must be managedidentity, or left out."),
        };
    }

    private TokenCredential ReadDefault(string? clientId, string? resourceId)
    {
        var tenantId = Value("tenantId");
        if (Value("clientSecret") is { } secret)
        {
            return tenantId is not null && clientId is not null
                ? new ClientSecretCredential(tenantId, clientId, secret)
                : throw new InvalidOperationException($"{_name}__clientSecret needs {_name}__tenantId and {_name}__clientId beside it.");
        }

        var options = new DefaultAzureCredentialOptions();
        if (tenantId is not null)
        {
            options.TenantId = tenantId;
        }

        if (clientId is not null)
        {
            options.ManagedIdentityClientId = clientId;
        }

        if (resourceId is not null)
        {
            options.ManagedIdentityResourceId = ReadResource(resourceId);
        }

        return new DefaultAzureCredential(options);
    }

    private ResourceIdentifier ReadResource(string text) => ResourceIdentifier.TryParse(text, out var resource)
        ? resource!
        : throw new InvalidOperationException($"{_name}__managedIdentityResourceId is '{text}'; it must be a resource's id: /subscriptions/…/userAssignedIdentities/NAME.");

    private string? Value(string key) => _configuration[$"{_name}:{key}"] is { Length: > 0 } value ? value.Trim() : null;
}
