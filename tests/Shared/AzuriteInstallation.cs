using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AgentEval.Tests.Shared;

/// <summary>The Azurite that <c>infra/local</c> pins, installed by <c>npm ci</c> on first use.</summary>
internal static class AzuriteInstallation
{
    private static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(200);

    /// <summary>The entry script; installs it first when it is absent or of another version than the pinned one.</summary>
    /// <exception cref="InvalidOperationException">npm is missing or failed; the message has its output.</exception>
    public static async Task<string> EnsureAsync(CancellationToken cancellationToken)
    {
        var folder = Path.Combine(RepositoryRoot(), "infra", "local");
        if (!IsInstalled(folder))
        {
            // Test projects run as processes of their own, at the same time: one installs, the others wait.
            using var exclusive = await LockAsync(folder, cancellationToken);
            if (!IsInstalled(folder))
                await InstallAsync(folder, cancellationToken);
        }

        return Path.Combine(folder, "node_modules", "azurite", "dist", "src", "azurite.js");
    }

    private static bool IsInstalled(string folder)
    {
        // npm writes this file last, so its presence says that the installation is whole.
        var completed = Path.Combine(folder, "node_modules", ".package-lock.json");
        var manifest = Path.Combine(folder, "node_modules", "azurite", "package.json");
        if (!File.Exists(completed) || !File.Exists(manifest))
            return false;

        using JsonDocument pin = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "package.json")));
        using JsonDocument installed = JsonDocument.Parse(File.ReadAllText(manifest));
        var wanted = pin.RootElement.GetProperty("dependencies").GetProperty("azurite").GetString();
        return installed.RootElement.GetProperty("version").GetString() == wanted;
    }

    private static async Task InstallAsync(string folder, CancellationToken cancellationToken)
    {
        ProcessStartInfo start = new("npm", ["ci", "--no-audit", "--no-fund", "--prefix", folder])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var npm = Start(start);
        var output = npm.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = npm.StandardError.ReadToEndAsync(cancellationToken);
        await npm.WaitForExitAsync(cancellationToken);
        if (npm.ExitCode != 0)
            throw new InvalidOperationException($"`npm ci --prefix infra/local` failed with {npm.ExitCode}:\n{await output}\n{await errors}");
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException("npm could not be started. Tests against storage need Node.js 20 or later with npm on the PATH.", e);
        }
    }

    private static async Task<FileStream> LockAsync(string folder, CancellationToken cancellationToken)
    {
        var id = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(folder)))[..16];
        var path = Path.Combine(Path.GetTempPath(), $"agenteval-azurite-install-{id}.lock");
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await Task.Delay(LockPoll, cancellationToken);
            }
        }
    }

    private static string RepositoryRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "AgentEval.Functions.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException($"No AgentEval.Functions.sln above {AppContext.BaseDirectory}.");
    }
}
