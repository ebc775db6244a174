using System.Text.Json.Nodes;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Criteria;

/// <summary>A kind of expectation: one key of a suite's <c>criteria</c>. Stateless; the same for every trial.</summary>
public interface ICriterion
{
    /// <summary>The key, such as <c>contains</c>.</summary>
    string Type { get; }

    /// <summary>What to try when it fails and the suite says nothing.</summary>
    string Suggestion { get; }

    /// <summary>Reports everything wrong with the key's value.</summary>
    void Check(JsonNode? argument, string path, ProblemList problems);

    /// <summary>The tools it looks for, each with the path of its name; none where <see cref="Check"/> would refuse the argument.</summary>
    IEnumerable<(string Path, string Name)> ToolsNamed(JsonNode? argument, string path) => [];

    /// <summary>Never throws; an argument that <see cref="Check"/> would refuse scores 0 with the reason.</summary>
    CriterionScore Evaluate(JsonNode? argument, CriterionContext context);
}
