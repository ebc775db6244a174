using System.Text.Json;
using System.Text.Json.Nodes;
using AgentEval.Core.Criteria;
using AgentEval.Core.Criteria.Measures;
using AgentEval.Core.Json;
using AgentEval.Core.Suites;

namespace AgentEval.Core.Scoring;

/// <summary>Compares an output with a scenario's <c>expected</c>.</summary>
internal static class GoldenComparer
{
    private const string Name = "expected";
    private const double SimilarThreshold = 0.8;

    public static CriterionResult Compare(JsonNode expected, GoldenComparison? golden, CriterionContext context)
    {
        var mode = golden?.Compare ?? (expected.GetValueKind() == JsonValueKind.String ? GoldenMode.Exact : GoldenMode.Json);
        var threshold = golden?.Threshold ?? (mode == GoldenMode.Similar ? SimilarThreshold : 1);
        var score = mode switch
        {
            GoldenMode.Exact => new EqualsCriterion().Evaluate(expected, context),
            GoldenMode.Similar => Similar(expected, context),
            _ => OnJson(expected, mode, context),
        };
        var passed = score.Score >= threshold;
        return new CriterionResult
        {
            Id = Name,
            Name = Name,
            Type = Name,
            Score = score.Score,
            Passed = passed,
            Threshold = threshold,
            Weight = 1,
            Required = false,
            Reason = score.Reason,
            Suggestion = passed ? null : "Compare the answer with the golden output; if the answer is right, update the golden output.",
            Evidence = score.Evidence,
        };
    }

    private static CriterionScore Similar(JsonNode expected, CriterionContext context)
    {
        var reference = expected.GetValueKind() == JsonValueKind.String ? expected.GetValue<string>() : expected.ToJsonString();
        var score = Levenshtein.Similarity(context.Output.Trim(), reference.Trim());
        return new(score, FormattableString.Invariant($"levenshtein similarity to the expected output is {score:0.###}."));
    }

    private static CriterionScore OnJson(JsonNode expected, GoldenMode mode, CriterionContext context)
    {
        // A golden file may hold its JSON as text.
        var wanted = expected.GetValueKind() == JsonValueKind.String && JsonText.TryParse(expected.GetValue<string>(), out var parsed) ? parsed : expected;
        if (!context.TryGetJson(out var actual))
        {
            return new(0, $"The output is not JSON; it begins: \"{Excerpt.Head(context.Output)}\".");
        }

        return mode == GoldenMode.Json
            ? MatchedKeys(wanted, actual)
            : CriterionScore.When(
                JsonSubset.IsContained(wanted, actual),
                $"The output is {Excerpt.Head(actual?.ToJsonString() ?? "null")}; it must contain {Excerpt.Head(wanted?.ToJsonString() ?? "null")}.");
    }

    /// <summary>The share of the expected members (or elements) that the output has with an equal value.</summary>
    private static CriterionScore MatchedKeys(JsonNode? expected, JsonNode? actual)
    {
        var wanted = Parts(expected);
        if (wanted is null || wanted.Count == 0)
        {
            return CriterionScore.When(JsonNode.DeepEquals(expected, actual), $"The output is {Excerpt.Head(actual?.ToJsonString() ?? "null")}.");
        }

        var found = expected is JsonObject == actual is JsonObject ? Parts(actual) ?? [] : [];
        var different = wanted
            .Where(part => !found.TryGetValue(part.Key, out var value) || !JsonNode.DeepEquals(part.Value, value))
            .Select(part => part.Key)
            .ToList();
        var matched = wanted.Count - different.Count;
        var reason = different.Count == 0
            ? $"All {wanted.Count} keys match."
            : $"{matched} of {wanted.Count} keys match; different or missing: {Excerpt.Head(string.Join(", ", different), 200)}.";
        return new((double)matched / wanted.Count, reason);
    }

    private static Dictionary<string, JsonNode?>? Parts(JsonNode? node) => node switch
    {
        JsonObject json => json.ToDictionary(member => member.Key, member => member.Value),
        JsonArray array => array.Select((item, index) => (Key: $"[{index}]", Item: item)).ToDictionary(part => part.Key, part => part.Item),
        _ => null,
    };
}
