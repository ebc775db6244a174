using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace AgentEval.Functions.Runs;

/// <summary>Which build of the app is running, and where: part of every result.</summary>
public sealed class AppIdentity
{
    private static readonly string[] Reported = ["Azure.Core", "Azure.Storage.Blobs", "Azure.Data.Tables", "Microsoft.DurableTask.Abstractions", "Polly.Core", "YamlDotNet"];

    public AppIdentity(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var assembly = typeof(AppIdentity).Assembly;
        Version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";
        Host = IsDeployed(configuration) ? "azure" : "local";
        Packages = assembly.GetReferencedAssemblies()
            .Where(reference => Reported.Contains(reference.Name))
            .ToDictionary(reference => reference.Name!, reference => reference.Version!.ToString(3), StringComparer.Ordinal);
    }

    public string Version { get; }

    /// <summary><c>azure</c> or <c>local</c>.</summary>
    public string Host { get; }

    public IReadOnlyDictionary<string, string> Packages { get; }

    /// <summary>Azure names the site on every plan, and the instance on most: Flex Consumption does not. A development machine has neither, whatever runs the app there.</summary>
    public static bool IsDeployed(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return configuration["WEBSITE_SITE_NAME"] is { Length: > 0 } || configuration["WEBSITE_INSTANCE_ID"] is { Length: > 0 };
    }
}
