using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AgentEval.Cli.Hosting;

/// <summary>The pinned Azurite of a folder with its <c>package.json</c>; installed by <c>npm ci</c> from the lock file when it is absent.</summary>
internal sealed class AzuriteInstallation(string folder, CliLog log, TimeProvider time)
{
    private static readonly TimeSpan InstallLimit = TimeSpan.FromMinutes(5);

    public string Script => Path.Combine(folder, "node_modules", "azurite", "dist", "src", "azurite.js");

    public string Caretaker => Path.Combine(folder, "serve.js");

    /// <exception cref="CliException">npm is missing or failed; the message has what it printed.</exception>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        if (IsInstalled())
        {
            return;
        }

        using var exclusive = await FolderLock.TakeAsync(LockFile(), InstallLimit, time, cancellationToken);
        if (!IsInstalled())
        {
            log.Notice("Installing the local storage (Azurite), once; this may take a minute …");
            await InstallAsync(cancellationToken);
        }
    }

    private bool IsInstalled()
    {
        // npm writes this file last, so its presence says that the installation is whole.
        var completed = Path.Combine(folder, "node_modules", ".package-lock.json");
        var manifest = Path.Combine(folder, "node_modules", "azurite", "package.json");
        if (!File.Exists(completed) || !File.Exists(manifest))
        {
            return false;
        }

        using var pin = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "package.json")));
        using var installed = JsonDocument.Parse(File.ReadAllBytes(manifest));
        return pin.RootElement.GetProperty("dependencies").GetProperty("azurite").GetString() == installed.RootElement.GetProperty("version").GetString();
    }

    private async Task InstallAsync(CancellationToken cancellationToken)
    {
        using var npm = Start();
        var output = npm.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = npm.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await npm.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            npm.Kill(entireProcessTree: true);
            throw;
        }

        if (npm.ExitCode != 0)
        {
            throw CliException.Trouble($"`npm ci` in {folder} failed with {npm.ExitCode}:\n{await output}\n{await errors}");
        }
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", ["ci", "--no-audit", "--no-fund", "--prefix", folder])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw DetachedProcess.NodeMissing(e);
        }
    }

    // The same file as the tests' fixture takes: they share the installation.
    private string LockFile()
    {
        var id = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(folder)))[..16];
        return Path.Combine(Path.GetTempPath(), $"agenteval-azurite-install-{id}.lock");
    }
}
