using System.Text;
using AgentEval.Core.Settings;
using AgentEval.Core.Suites;
using AgentEval.Core.Traces;
using AgentEval.Core.Validators;
using BenchmarkDotNet.Attributes;

namespace AgentEval.Benchmarks.Validators;

/// <summary>All four validators over a clean trace of 1 MB. Aim: 50 MB/s on one core, that is 20 ms.</summary>
[MemoryDiagnoser]
public class ValidatorBenchmarks
{
    private const int Megabyte = 1_000_000;

    private readonly Suite _suite = SuiteReader.Read("""
        suite: validators
        version: 1.0.0
        tools:
          - { name: lookup_order, responses: [ { return: { status: shipped } } ] }
        scenarios:
          - id: one
            input: Where is my parcel?
            policy: { allowedTools: [lookup_order], bannedTopics: [politics, gambling], requireConfirmationFor: [issue_refund] }
        """).Value!;

    private IReadOnlyList<TraceEvent> _events = [];

    /// <summary>Characters an event.</summary>
    [Params(500, 20_000)]
    public int EventSize { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var text = CleanText.Create(Megabyte, seed: 1);
        _events = [.. Enumerable.Range(0, Megabyte / EventSize).Select(number => new TraceEvent
        {
            Seq = number + 1,
            At = DateTimeOffset.UnixEpoch,
            Attempt = 1,
            Turn = number / 2,
            Type = number % 2 == 0 ? TraceEventType.AgentRequest : TraceEventType.AgentResponse,
            Text = text.Substring(number * EventSize, EventSize),
        })];
        if (Encoding.UTF8.GetByteCount(text) != Megabyte || Examine() != 0)
        {
            throw new InvalidOperationException("The trace is meant to be clean and 1 MB long.");
        }
    }

    [Benchmark]
    public int Examine()
    {
        var validators = TrialValidators.Create(_suite.Scenarios[0], _suite, new ValidatorSettings(), "one~1");
        return _events.Sum(item => validators.Examine(item).Count);
    }
}
