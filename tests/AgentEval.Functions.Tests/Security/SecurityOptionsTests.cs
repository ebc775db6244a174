using AgentEval.Functions.Security;
using Microsoft.Extensions.Configuration;

namespace AgentEval.Functions.Tests.Security;

public sealed class SecurityOptionsTests
{
    [Fact]
    public void Read_Section_TakesListsInBothForms()
    {
        var one = Read(("AgentEval:AllowedSecrets", "A, B;C"), ("AgentEval:AllowPrivateEndpoints", "true"), ("AgentEval:KeyVault", "my-vault"));
        var two = Read(("AgentEval:AllowedSecrets:0", "A"), ("AgentEval:AllowedSecrets:1", "B"));

        Assert.Equal(["A", "B", "C"], one.AllowedSecrets);
        Assert.True(one.AllowPrivateEndpoints);
        Assert.Equal("https://my-vault.vault.azure.net/", one.KeyVaultUri!.AbsoluteUri);
        Assert.Equal(["A", "B"], two.AllowedSecrets);
    }

    [Fact]
    public void Read_AbsentKeys_OverrideNothing()
    {
        var options = new SecurityOptions { AllowPrivateEndpoints = true, AllowedSecrets = ["X"] };

        options.Read(new ConfigurationBuilder().Build());

        Assert.True(options.AllowPrivateEndpoints);
        Assert.Equal(["X"], options.AllowedSecrets);
    }

    [Theory]
    [InlineData("A B", null)]
    [InlineData(null, "http://my-vault.example")]
    [InlineData(null, "not a vault")]
    public void Validate_WhatCannotBeMeant_Fails(string? secret, string? vault) =>
        Assert.True(new SecurityOptionsValidator().Validate(null, new SecurityOptions { AllowedSecrets = secret is null ? [] : [secret], KeyVault = vault }).Failed);

    [Fact]
    public void Validate_Https_Succeeds() =>
        Assert.True(new SecurityOptionsValidator().Validate(null, new SecurityOptions { KeyVault = "https://my-vault.example/" }).Succeeded);

    private static SecurityOptions Read(params (string Key, string Value)[] settings)
    {
        var options = new SecurityOptions();
        options.Read(new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build());
        return options;
    }
}
