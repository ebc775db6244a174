using System.Diagnostics;
using System.Text;
using AgentEval.Cli.Hosting;

namespace AgentEval.EndToEnd.Tests.Harness;

internal sealed record ToolOutcome(int ExitCode, string Output, string Error)
{
    public override string ToString() => $"exit code {ExitCode}\n--- stdout\n{Output}\n--- stderr\n{Error}";
}

/// <summary>A started program, with what it printed so far.</summary>
internal sealed class ToolProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();

    private ToolProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Append(_output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(_error, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Pid => _process.Id;

    public bool HasExited => _process.HasExited;

    public string Output => Read(_output);

    public string Error => Read(_error);

    public static ToolProcess Start(ProcessStartInfo start) => new(Process.Start(start)!);

    /// <summary><c>agenteval ARGUMENTS</c>.</summary>
    public static ToolProcess StartCommandLine(Workspace workspace, params IEnumerable<string> arguments) => Start(workspace.Command(Built.CommandLine, arguments));

    /// <summary>Runs <c>agenteval ARGUMENTS</c> to its end.</summary>
    public static async Task<ToolOutcome> RunCommandLineAsync(Workspace workspace, params IEnumerable<string> arguments)
    {
        using var process = StartCommandLine(workspace, arguments);
        return await process.WaitAsync();
    }

    public async Task<ToolOutcome> WaitAsync()
    {
        using CancellationTokenSource limit = new(Patience.Limit);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
            throw new TimeoutException($"It did not end within {Patience.Limit.TotalSeconds:0} s.\n--- stdout\n{Output}\n--- stderr\n{Error}");
        }

        return new ToolOutcome(_process.ExitCode, Output, Error);
    }

    /// <summary>As <c>kill -9</c>.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await WaitAsync();
    }

    /// <summary>SIGTERM.</summary>
    public void Terminate() => Signals.Terminate(ProcessIdentity.Of(Pid)!);

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static void Append(StringBuilder text, string? line)
    {
        lock (text)
        {
            _ = line is null ? text : text.AppendLine(line);
        }
    }

    private static string Read(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }
}
