using System.Globalization;
using System.Text.Json.Nodes;

namespace AgentEval.EndToEnd.Tests.Harness;

/// <summary>Suites of questions that differ, so that each call to an agent tells which trial made it.</summary>
internal static class Questions
{
    public static JsonObject Suite(int count, string name = "questions") => new()
    {
        ["suite"] = name,
        ["version"] = "1.0.0",
        ["scenarios"] = new JsonArray([.. Enumerable.Range(1, count).Select(Scenario)]),
    };

    public static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"q-{number:000}");

    public static string Text(int number) => string.Create(CultureInfo.InvariantCulture, $"question {number:000}");

    private static JsonNode Scenario(int number) => new JsonObject
    {
        ["id"] = Id(number),
        ["category"] = number % 2 == 0 ? "even" : "odd",
        ["input"] = Text(number),
        ["criteria"] = new JsonArray(new JsonObject { ["contains"] = Text(number) }),
    };
}
