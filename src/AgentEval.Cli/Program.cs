using System.Runtime.InteropServices;
using AgentEval.Cli;
using AgentEval.Cli.Hosting;

// The first signal asks the command to end well, the second ends it at once; what it started then ends by itself.
using CancellationTokenSource stop = new();
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using PosixSignalRegistration hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);

var isCi = Environment.GetEnvironmentVariable("CI") is { Length: > 0 } ci && ci is not ("false" or "0");
CliEnvironment environment = new()
{
    Output = Console.IsOutputRedirected ? new RedirectedWriter(Console.Out, isAnswer: true) : Console.Out,
    Error = Console.IsErrorRedirected ? new RedirectedWriter(Console.Error, isAnswer: false) : Console.Error,
    IsInteractive = !isCi && !Console.IsErrorRedirected,
    HasColours = !Console.IsOutputRedirected,
    Variable = Environment.GetEnvironmentVariable,
    Time = TimeProvider.System,
    Installation = () => LocalInstallation.Find(AppContext.BaseDirectory),
};
return await CliApplication.RunAsync(args, environment, stop.Token);

void Stop(PosixSignalContext context)
{
    if (!stop.IsCancellationRequested)
    {
        context.Cancel = true;
        stop.Cancel();
    }
}
