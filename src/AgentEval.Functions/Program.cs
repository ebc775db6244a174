using System.Text.RegularExpressions;
using AgentEval.Functions;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

// Patterns of suites are compiled when they are matched; a shard and its validation come back to theirs. A compiled one takes up to half a megabyte.
Regex.CacheSize = 100;

var builder = FunctionsApplication.CreateBuilder(args);
builder.Services.AddAgentEval(builder.Configuration);
builder.Build().Run();
