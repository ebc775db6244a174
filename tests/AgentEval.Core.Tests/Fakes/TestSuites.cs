using System.Text.Json.Nodes;
using AgentEval.Core.Suites;

namespace AgentEval.Core.Tests.Fakes;

internal static class TestSuites
{
    public static Suite Of(params Scenario[] scenarios) =>
        new() { Name = "test", Version = "1.0.0", Scenarios = scenarios, Source = [], ContentHash = "00" };

    public static Scenario Scenario(params CriterionSpec[] criteria) =>
        new() { Id = "refund", Name = "Refund", Turns = [new Turn("Where is my order?", [])], Criteria = criteria };

    public static CriterionSpec Criterion(string type, string argument) =>
        new() { Type = type, Argument = JsonNode.Parse(argument), Id = type, Name = type };
}
