using AgentEval.Functions.Storage;
using Azure.Identity;
using Microsoft.Extensions.Configuration;

namespace AgentEval.Functions.Tests.Storage;

public sealed class StorageConnectionsTests
{
    private const string Host = "AzureWebJobsStorage";
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
    private const string IdentityResource = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/evals";

    [Fact]
    public void Open_AccountName_GivesItsAddresses()
    {
        var connections = Open((Host + ":accountName", "evals1"));

        Assert.Equal(
            ["https://evals1.blob.core.windows.net/", "https://evals1.table.core.windows.net/", "https://evals1.queue.core.windows.net/"],
            [connections.Blobs.Uri.AbsoluteUri, connections.Tables.Uri.AbsoluteUri, connections.Queues.Uri.AbsoluteUri]);
    }

    [Fact]
    public void Open_ServiceAddresses_WinOverTheAccountName()
    {
        var connections = Open(
            (Host + ":accountName", "evals1"),
            (Host + ":blobServiceUri", "https://evals1.blob.example.net"),
            (Host + ":queueServiceUri", "https://evals1.queue.example.net"),
            (Host + ":tableServiceUri", "https://evals1.table.example.net"));

        Assert.Equal(
            ["evals1.blob.example.net", "evals1.table.example.net", "evals1.queue.example.net"],
            [connections.Blobs.Uri.Host, connections.Tables.Uri.Host, connections.Queues.Uri.Host]);
    }

    [Fact]
    public void Open_AnotherAccountForWhatTheAppStores_LeavesTheQueuesWhereTheTriggerLooks()
    {
        var connections = Open(("AgentEval:Storage", "Evaluations"), ("Evaluations:accountName", "evals2"), (Host, ConnectionString("host1")));

        Assert.Equal(("evals2", "evals2", "host1"), (connections.Blobs.AccountName, connections.Tables.AccountName, connections.Queues.AccountName));
    }

    [Theory]
    [InlineData(typeof(DefaultAzureCredential))]
    [InlineData(typeof(DefaultAzureCredential), "clientId", "c")]
    [InlineData(typeof(DefaultAzureCredential), "tenantId", "t", "managedIdentityResourceId", IdentityResource)]
    [InlineData(typeof(ManagedIdentityCredential), "credential", "ManagedIdentity")]
    [InlineData(typeof(ManagedIdentityCredential), "credential", "managedidentity", "clientId", "c")]
    [InlineData(typeof(ManagedIdentityCredential), "credential", "managedidentity", "managedIdentityResourceId", IdentityResource)]
    [InlineData(typeof(ClientSecretCredential), "tenantId", "t", "clientId", "c", "clientSecret", "s")]
    public void Credential_Settings_ChooseIt(Type credential, params string[] settings) => Assert.IsType(credential, Connection(settings).Credential);

    [Theory]
    [InlineData(Host + "__credential is 'password'", "credential", "password")]
    [InlineData(Host + "__clientId and " + Host + "__managedIdentityResourceId", "clientId", "c", "managedIdentityResourceId", IdentityResource)]
    [InlineData(Host + "__managedIdentityResourceId is 'evals'", "credential", "managedidentity", "managedIdentityResourceId", "evals")]
    [InlineData(Host + "__clientSecret needs " + Host + "__tenantId", "clientSecret", "s", "clientId", "c")]
    public void Credential_SettingsThatCannotBeMeant_AreNamed(string said, params string[] settings)
    {
        var failure = Assert.Throws<InvalidOperationException>(() => Connection(settings).Credential);

        Assert.StartsWith(said, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("No storage account: set AzureWebJobsStorage to a connection string", "other", "x")]
    [InlineData(Host + "__accountName is 'https://evals1", Host + ":accountName", "https://evals1.blob.core.windows.net")]
    [InlineData(Host + "__blobServiceUri is 'evals1'", Host + ":blobServiceUri", "evals1")]
    [InlineData(Host + "__blobServiceUri is 'http://", Host + ":blobServiceUri", "http://127.0.0.1:10000/evals1")]
    [InlineData("No storage account: set Evaluations to", "AgentEval:Storage", "Evaluations")]
    [InlineData(Host + " is no connection string", Host, "AccountKey=hush")]
    public void Open_NoAccount_SaysWhichSettingAndWhatItTakes(string said, string name, string value)
    {
        var failure = Assert.Throws<InvalidOperationException>(() => Open((name, value)));

        Assert.StartsWith(said, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AddressOfOneServiceMissing_IsNamed()
    {
        var failure = Assert.Throws<InvalidOperationException>(
            () => Open((Host + ":blobServiceUri", "https://a.blob.example.net"), (Host + ":queueServiceUri", "https://a.queue.example.net")));

        Assert.Contains(Host + "__tableServiceUri", failure.Message, StringComparison.Ordinal);
    }

    private static string ConnectionString(string account) => $"DefaultEndpointsProtocol=https;AccountName={account};AccountKey={Key};EndpointSuffix=core.windows.net";

    private static StorageConnections Open(params (string Name, string Value)[] settings) => new(Configuration(settings));

    private static StorageConnection Connection(string[] settings) => new(
        Configuration([.. settings.Chunk(2).Select(setting => ($"{Host}:{setting[0]}", setting[1]))]), Host);

    private static IConfiguration Configuration(IEnumerable<(string Name, string Value)> settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))).Build();
}
