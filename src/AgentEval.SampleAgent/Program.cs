using AgentEval.SampleAgent;

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
await agent.StartAsync();
ReadyFile.Write(options.ReadyFile, agent.Urls.First());
Console.Error.WriteLine($"The sample agent listens on {agent.Urls.First()} (model {options.Model}).");
await agent.WaitForShutdownAsync();
return 0;
