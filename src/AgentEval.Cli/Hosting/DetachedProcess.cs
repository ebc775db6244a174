using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace AgentEval.Cli.Hosting;

/// <summary>What to start, and where its output goes.</summary>
internal sealed record ProcessCommand(string FileName, IReadOnlyList<string> Arguments, string WorkingDirectory, string LogFile)
{
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
}

/// <summary>
/// Starts processes in a session of their own: a Ctrl-C on the terminal reaches this command only, which then ends them in the right order. Node
/// does it, because .NET cannot and Azurite needs Node anyway.
/// </summary>
internal static class DetachedProcess
{
    private const string Launcher = """
        const fs = require('fs');
        const [log, cwd, command, ...args] = process.argv.slice(1);
        const out = fs.openSync(log, 'a');
        const child = require('child_process').spawn(command, args, { cwd, detached: true, windowsHide: true, stdio: ['ignore', out, out] });
        child.on('error', (error) => { console.error(error.message); process.exit(1); });
        child.on('spawn', () => { console.log(child.pid); child.unref(); });
        """;

    /// <exception cref="CliException">Node is missing, or the command cannot be started.</exception>
    public static async Task<ProcessIdentity> StartAsync(ProcessCommand command, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Directory.CreateDirectory(Path.GetDirectoryName(command.LogFile)!);
        using var launcher = Start(command);

        // Not to be cancelled: what was started must be known, to be ended again. It takes a fraction of a second.
        var output = launcher.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = launcher.StandardError.ReadToEndAsync(CancellationToken.None);
        await launcher.WaitForExitAsync(CancellationToken.None);
        if (launcher.ExitCode != 0 || !int.TryParse(await output, NumberStyles.None | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var pid))
        {
            throw CliException.Trouble($"{command.FileName} could not be started: {(await errors).Trim()}");
        }

        return ProcessIdentity.Of(pid) ?? throw CliException.Trouble(
            $"{command.FileName} ended at once.{Environment.NewLine}{LogTail.Read(command.LogFile)}");
    }

    private static Process Start(ProcessCommand command)
    {
        var start = new ProcessStartInfo("node", ["-e", Launcher, "--", command.LogFile, command.WorkingDirectory, command.FileName, .. command.Arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in command.Environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw NodeMissing(e);
        }
    }

    public static CliException NodeMissing(Exception e) => CliException.Trouble(
        "Node.js is missing: the local storage (Azurite) runs on it. Install Node.js 20 or later (https://nodejs.org), with `node` and `npm` on the PATH,"
        + " or name a deployed service with --server.", e);
}
