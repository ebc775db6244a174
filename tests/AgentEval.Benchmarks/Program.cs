using System.CommandLine;
using AgentEval.Benchmarks.Overhead;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

// `micro [filter…]` measures pieces of Core with BenchmarkDotNet; `overhead` measures whole runs of the app. Build with -c Release.
var filters = new Argument<string[]>("arguments") { Description = "Arguments of BenchmarkDotNet, such as --filter '*Validator*'.", Arity = ArgumentArity.ZeroOrMore };
var micro = new Command("micro", "Measures pieces: validators, scoring.") { filters };
micro.TreatUnmatchedTokensAsErrors = false;
micro.SetAction(parsed =>
{
    var config = DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
    string[] arguments = [.. parsed.GetValue(filters) ?? [], .. parsed.UnmatchedTokens];
    BenchmarkSwitcher.FromAssembly(typeof(OverheadCommand).Assembly).Run(arguments.Length > 0 ? arguments : ["--filter", "*"], config);
});

return await new RootCommand("Measures AgentEval.") { micro, OverheadCommand.Create() }.Parse(args).InvokeAsync();
