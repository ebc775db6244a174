using System.Text.Json;
using System.Text.Json.Nodes;
using AgentEval.Core.Json;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Suites;

/// <summary>Reads how <c>expected</c> is compared.</summary>
internal static class GoldenReader
{
    /// <summary>Null without <c>expected</c>.</summary>
    public static GoldenComparison? Read(ObjectCursor owner, JsonNode? expected)
    {
        var golden = owner.Open("golden", SuiteKeys.Golden);
        if (golden is not null && expected is null)
        {
            owner.Error("golden", ProblemCodes.Required, "'golden' says how 'expected' is compared, but 'expected' is missing.");
        }

        var isText = expected is JsonValue value && value.GetValueKind() == JsonValueKind.String;
        var compare = golden?.Choice<GoldenMode>("compare") ?? (isText ? GoldenMode.Exact : GoldenMode.Json);
        if (compare == GoldenMode.Subset && isText)
        {
            golden!.Error("compare", ProblemCodes.InvalidValue, "'subset' needs an object or a list as 'expected', but 'expected' is a text.");
        }

        var threshold = golden?.Number("threshold", 0, 1) ?? (compare == GoldenMode.Similar ? 0.8 : 1.0);
        return expected is null ? null : new GoldenComparison(compare, threshold);
    }
}
