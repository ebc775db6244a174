using AgentEval.SampleAgent;
using AgentEval.SampleAgent.Bot;
using AgentEval.SampleAgent.Protocols;

var options = SampleAgentOptions.Parse(args);
var builder = WebApplication.CreateSlimBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.WebHost.UseUrls($"http://127.0.0.1:{options.Port}");
builder.Services.AddSingleton(new OrderBook());
builder.Services.AddSingleton(new CallCounter());
builder.Services.AddSingleton<ChatSessions>();

var app = builder.Build();
app.MapChat(options.Model);
app.MapChatCompletions(options.Model);
app.MapState();

await app.StartAsync();
ReadyFile.Write(options.ReadyFile, app.Urls.First());
Console.Error.WriteLine($"The sample agent listens on {app.Urls.First()} (model {options.Model}).");
await app.WaitForShutdownAsync();
