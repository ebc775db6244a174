using System.Reflection;
using System.Runtime.InteropServices;
using Spectre.Console;

namespace AgentEval.Cli.Commands;

/// <summary><c>version</c>: of the command line and what it runs on.</summary>
internal static class VersionCommand
{
    private sealed record VersionView(string Version, string Runtime, string Os);

    public static CliCommand Create() => new("version", "Tells the version.", "agenteval version --output json", (session, _, _) =>
    {
        var view = new VersionView(Current, RuntimeInformation.FrameworkDescription, RuntimeInformation.OSDescription);
        session.Write(view, (console, document) => console.WriteLine($"agenteval {document.Version} ({document.Runtime}, {document.Os})"));
        return Task.FromResult(ExitCodes.Success);
    });

    public static string Current => typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";
}
