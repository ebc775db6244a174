using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace AgentEval.LocalRuntime.Hosting;

/// <summary><c>%Name%</c> in a binding's text stands for the setting of that name.</summary>
internal static partial class SettingExpressions
{
    /// <exception cref="InvalidOperationException">A setting is not there.</exception>
    public static string Resolve(string text, IConfiguration configuration) => Expression().Replace(text, match =>
    {
        var name = match.Groups[1].Value;
        return configuration[name.Replace("__", ":", StringComparison.Ordinal)]
            ?? throw new InvalidOperationException($"'%{name}%' does not resolve to a value: set {name} in the environment or in {LocalSettingsFile.FileName}.");
    });

    [GeneratedRegex("%([^%]+)%", RegexOptions.NonBacktracking)]
    private static partial Regex Expression();
}
