using AgentEval.Functions.Security;
using AgentEval.Functions.Trials;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AgentEval.Functions.Tests.Trials;

public sealed class TrialServicesTests
{
    [Theory]
    [InlineData(true, null, true)]
    [InlineData(false, null, false)]
    [InlineData(true, "false", false)]
    [InlineData(false, "true", true)]
    public void AddTrials_Host_DecidesPrivateEndpointsUnlessASettingDoes(bool localHost, string? setting, bool expected)
    {
        using var provider = Provider(localHost, ("AgentEval:AllowPrivateEndpoints", setting));

        Assert.Equal(expected, provider.GetRequiredService<IOptions<SecurityOptions>>().Value.AllowPrivateEndpoints);
        Assert.NotNull(provider.GetRequiredService<TrialRunner>());
        Assert.NotNull(provider.GetRequiredService<EndpointGuard>());
        Assert.NotNull(provider.GetRequiredService<ISecretResolver>());
    }

    [Theory]
    [InlineData("AgentEval:AllowPrivateEndpoints", "perhaps")]
    [InlineData("AgentEval:KeyVault", "???")]
    public void AddTrials_SettingThatCannotBeMeant_IsRefused(string key, string value)
    {
        using var provider = Provider(localHost: true, (key, value));

        Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<SecurityOptions>>().Value);
    }

    private static ServiceProvider Provider(bool localHost, (string Key, string? Value) setting) => new ServiceCollection()
        .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create(setting.Key, setting.Value)]).Build())
        .AddTrials(localHost)
        .BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
}
