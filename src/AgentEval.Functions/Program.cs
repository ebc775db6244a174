using System.Text.RegularExpressions;
using AgentEval.Functions;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

// Patterns of suites are compiled when they are matched; a shard and its validation come back to theirs. A compiled one takes 130 to 790 KB and up to 30 ms,
// so three runs, each with two shards of 50 trials that have a pattern, keep theirs. With more in rotation each match compiles: 5 ms on average.
Regex.CacheSize = 300;

var builder = FunctionsApplication.CreateBuilder(args);
builder.Services.AddAgentEval(builder.Configuration);
builder.Build().Run();
