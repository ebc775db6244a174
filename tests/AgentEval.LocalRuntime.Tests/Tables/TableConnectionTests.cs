using AgentEval.LocalRuntime.Tables;
using Azure.Data.Tables;

namespace AgentEval.LocalRuntime.Tests.Tables;

public sealed class TableConnectionTests
{
    [Theory]
    [InlineData("UseDevelopmentStorage=true", "http://127.0.0.1:10002/devstoreaccount1", "devstoreaccount1")]
    [InlineData("UseDevelopmentStorage=true;DevelopmentStorageProxyUri=http://proxy", "http://proxy:10002/devstoreaccount1", "devstoreaccount1")]
    [InlineData("AccountName=acc;AccountKey=a2V5;EndpointSuffix=core.windows.net", "https://acc.table.core.windows.net/", "acc")]
    [InlineData("DefaultEndpointsProtocol=http;AccountName=acc;AccountKey=a2V5;EndpointSuffix=x.test;", "http://acc.table.x.test/", "acc")]
    [InlineData("accountname=acc; ACCOUNTKEY=a2V5 ;TableEndpoint=http://127.0.0.1:9/acc", "http://127.0.0.1:9/acc", "acc")]
    public void Parse_ValidString_GivesEndpointAndKey(string text, string endpoint, string account)
    {
        TableConnection connection = TableConnection.Parse(text);

        Assert.Equal((endpoint, account), (connection.Endpoint.AbsoluteUri, connection.AccountName));
        Assert.Equal(account, connection.Credential!.AccountName);
    }

    [Fact]
    public void Parse_SharedAccessSignature_StandsInTheEndpointWithoutKey()
    {
        TableConnection connection = TableConnection.Parse("TableEndpoint=https://acc.table.core.windows.net;SharedAccessSignature=?sv=1&sig=a%3D");

        Assert.Equal("https://acc.table.core.windows.net/?sv=1&sig=a%3D", connection.Endpoint.AbsoluteUri);
        Assert.Null(connection.Credential);
    }

    [Theory]
    [InlineData("AccountName=acc")]
    [InlineData("AccountName=acc;AccountKey=a2V5")]
    [InlineData("TableEndpoint=https://acc.table.core.windows.net")]
    [InlineData("")]
    public void Parse_Incomplete_Throws(string text) => Assert.Throws<ArgumentException>(() => TableConnection.Parse(text));

    [Theory]
    [InlineData("nonsense")]
    [InlineData("=x")]
    [InlineData("A=1;a=2")]
    public void Parse_Malformed_Throws(string text) => Assert.Throws<InvalidOperationException>(() => TableConnection.Parse(text));

    [Fact]
    public void Parse_KeyThatIsNotBase64_Throws() =>
        Assert.Throws<FormatException>(() => new TableServiceClient("AccountName=acc;AccountKey=!;EndpointSuffix=x"));

    [Theory]
    [InlineData("https://acc.table.core.windows.net", "acc")]
    [InlineData("http://127.0.0.1:10002/acc", "acc")]
    [InlineData("http://127.0.0.1:10002/", null)]
    public void AccountOf_Endpoint_FindsIt(string endpoint, string? account) => Assert.Equal(account, TableConnection.AccountOf(new Uri(endpoint)));
}
