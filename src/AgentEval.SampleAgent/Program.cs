using System.Net.Sockets;
using AgentEval.SampleAgent;
using Microsoft.AspNetCore.Connections;

SampleAgentOptions options;
try
{
    options = SampleAgentOptions.Parse(args);
}
catch (ArgumentException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 2;
}

await using var agent = SampleAgentApp.Build(options);
try
{
    await agent.StartAsync();
}
catch (Exception exception) when (exception is IOException or SocketException)
{
    var reason = exception.InnerException is AddressInUseException ? "is in use" : $"cannot be used ({exception.Message})";
    Console.Error.WriteLine($"Port {options.Port} {reason}; choose another with --port, or 0 for any free one.");
    return 3;
}

ReadyFile.Write(options.ReadyFile, agent.Urls.First());
Console.Error.WriteLine($"The sample agent listens on {agent.Urls.First()} (model {options.Model}).");
await agent.WaitForShutdownAsync();
return 0;
