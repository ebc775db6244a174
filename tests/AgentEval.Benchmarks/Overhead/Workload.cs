using System.Globalization;
using System.Text.Json.Nodes;
using AgentEval.Client;

namespace AgentEval.Benchmarks.Overhead;

/// <summary>One-turn trials with three criteria each: the least a trial can be, so that what is measured is everything but the agent.</summary>
/// <param name="Trials">1 to 20,000.</param>
/// <param name="Parallel">At a time.</param>
internal sealed record Workload(int Trials, int Parallel)
{
    public const string Question = "I want my money back for order";
    public const string MustContain = "refund";
    public const string MustNotContain = "cannot help";
    public const string Pattern = "order A-\\d+";

    public const string SuiteName = "overhead";

    public JsonObject ToSuite() => new()
    {
        ["suite"] = SuiteName,
        ["version"] = "1.0.0",
        ["scenarios"] = new JsonArray([.. Enumerable.Range(1, Trials).Select(Scenario)]),
    };

    public static RunSubmission Submission(Uri agent, int parallel) => new()
    {
        Suite = SuiteName,
        Agent = new JsonObject
        {
            ["agent"] = "instant",
            ["type"] = "http",
            ["url"] = agent.ToString(),
            ["request"] = new JsonObject { ["body"] = new JsonObject { ["message"] = "{{input}}" } },
            ["response"] = new JsonObject { ["output"] = "$.reply" },
        },
        Settings = new JsonObject { ["execution"] = new JsonObject { ["maxParallel"] = parallel } },
    };

    public static string InputOf(int number) => string.Create(CultureInfo.InvariantCulture, $"{Question} A-{number}");

    private static JsonNode Scenario(int number) => new JsonObject
    {
        ["id"] = string.Create(CultureInfo.InvariantCulture, $"case-{number}"),
        ["input"] = InputOf(number),
        ["criteria"] = new JsonArray(
            new JsonObject { ["contains"] = MustContain },
            new JsonObject { ["bannedPhrases"] = new JsonArray(MustNotContain) },
            new JsonObject { ["regex"] = new JsonObject { ["pattern"] = Pattern } }),
    };
}
