using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;

namespace AgentEval.Functions.Submissions;

/// <summary>What the Functions host allows one function: <c>functionTimeout</c> of host.json, or of the setting that overrides it.</summary>
public sealed class HostLimits
{
    /// <summary>As the host reads it, on plans that allow it.</summary>
    private const string Unlimited = "-1";

    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan Reserve = TimeSpan.FromSeconds(60);

    public HostLimits(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var text = configuration["AzureFunctionsJobHost:functionTimeout"] ?? ReadHostJson();
        FunctionTimeout = text == Unlimited ? TimeSpan.MaxValue
            : TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var timeout) && timeout > Reserve ? timeout
            : DefaultTimeout;
    }

    public TimeSpan FunctionTimeout { get; }

    /// <summary>A trial must end 60 s before the host ends the function: on expiry the host restarts the whole worker.</summary>
    public double LongestTrialSeconds => (FunctionTimeout - Reserve).TotalSeconds;

    private static string? ReadHostJson()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "host.json");
        return File.Exists(path) ? JsonNode.Parse(File.ReadAllText(path))?["functionTimeout"]?.ToString() : null;
    }
}
