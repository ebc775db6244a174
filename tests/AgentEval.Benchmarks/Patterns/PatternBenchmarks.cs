using System.Globalization;
using System.Text.RegularExpressions;
using AgentEval.Benchmarks.Validators;
using AgentEval.Core.Json;
using AgentEval.Core.Problems;
using BenchmarkDotNet.Attributes;

namespace AgentEval.Benchmarks.Patterns;

/// <summary>Patterns that are matched by turns, as those of the trials of some shards: what a match takes where the cache holds them all, and where it does not.</summary>
[MemoryDiagnoser]
public class PatternBenchmarks
{
    private const int Kept = 300;

    private static readonly string[] Shapes =
    [
        "order {0}", @"order (number|no\.?) #?{0}[0-9]+", "(hello|hi|good (morning|evening)),? (there|{0})", @"\b(refund|return)\b {0}", @"\w+@\w+\.(com|org|{0})", ".*{0}.*done",
    ];

    private readonly string _text = CleanText.Create(2_000, seed: 7);
    private LinearPattern[] _patterns = [];

    [Params(100, 300, 330, 1_000)]
    public int InRotation { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        Regex.CacheSize = Kept;
        _patterns = [.. Enumerable.Range(0, InRotation).Select(Create)];
        MatchAll();
    }

    [Benchmark]
    public int MatchAll() => _patterns.Count(pattern => pattern.IsMatch(_text));

    private static LinearPattern Create(int number)
    {
        var text = string.Format(CultureInfo.InvariantCulture, Shapes[number % Shapes.Length], $"w{number}");
        return LinearPattern.Create(text, ignoreCase: false, "", new ProblemList()) ?? throw new ArgumentException(text);
    }
}
