using AgentEval.Functions.Agents;
using AgentEval.Functions.Security;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace AgentEval.Functions.Trials;

/// <summary>Wires what executes trials: secrets, the endpoint guard, the agents' adapters, the runner.</summary>
internal static class TrialServices
{
    /// <param name="services">Where the <see cref="IConfiguration"/> of the app is registered too.</param>
    /// <param name="localHost">Agents on this machine are allowed unless a setting says otherwise.</param>
    public static IServiceCollection AddTrials(this IServiceCollection services, bool localHost)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<SecurityOptions>()
            .Configure<IConfiguration>((options, configuration) =>
            {
                options.AllowPrivateEndpoints = localHost;
                options.Read(configuration);
            })
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<SecurityOptions>, SecurityOptionsValidator>();
        services.AddSingleton<SecretRedactor>();
        services.AddSingleton<IKeyVault, AzureKeyVault>();
        services.AddSingleton<ISecretResolver>(provider => new SecretResolver(
            provider.GetRequiredService<IOptions<SecurityOptions>>(),
            provider.GetRequiredService<SecretRedactor>(),
            provider.GetRequiredService<IKeyVault>(),
            Environment.GetEnvironmentVariable,
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new EndpointGuard(
            provider.GetRequiredService<IOptions<SecurityOptions>>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<AgentHttp>();
        services.AddSingleton<AgentEndpoints>();
        services.AddSingleton<AgentAdapterCatalogue>();
        services.AddSingleton<AgentSideCalls>();
        services.AddSingleton(provider => new TrialRunner(
            provider.GetRequiredService<AgentAdapterCatalogue>(),
            provider.GetRequiredService<AgentSideCalls>(),
            provider.GetRequiredService<SecretRedactor>(),
            provider.GetRequiredService<TimeProvider>()));
        return services;
    }
}
