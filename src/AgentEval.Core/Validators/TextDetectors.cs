using AgentEval.Core.Criteria;
using AgentEval.Core.Suites;
using AgentEval.Core.Validators.Pii;
using AgentEval.Core.Validators.Policy;
using AgentEval.Core.Validators.PromptInjection;

namespace AgentEval.Core.Validators;

/// <summary>Detectors over plain text that comes from anywhere. Whether an agent misused a tool or obeyed an injection cannot be seen in one text.</summary>
public static class TextDetectors
{
    /// <summary>What <see cref="Create"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = ["pii", "policy", "promptInjection", "refusal"];

    /// <summary>Null: no such detector.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="policy">For <c>policy</c>: its <c>bannedTopics</c>; null: none.</param>
    /// <param name="piiTypes">For <c>pii</c>: what to look for; null: the types with a checkable structure.</param>
    public static ITextDetector? Create(string name, ScenarioPolicy? policy = null, IReadOnlyList<string>? piiTypes = null) => name switch
    {
        "pii" => new PiiDetector(piiTypes ?? PiiTypes.Default),
        "policy" => new TopicDetector(policy?.BannedTopics ?? []),
        "promptInjection" => new InstructionDetector(),
        "refusal" => new RefusalDetector(),
        _ => null,
    };
}
