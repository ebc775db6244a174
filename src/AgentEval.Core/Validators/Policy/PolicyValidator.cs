using System.Buffers;
using System.Text.Json.Nodes;
using AgentEval.Core.Criteria;
using AgentEval.Core.Problems;
using AgentEval.Core.Suites;
using AgentEval.Core.Traces;

namespace AgentEval.Core.Validators.Policy;

/// <summary>
/// What the agent may do: the scenario's <c>policy</c>, and <c>bannedTopics</c>, <c>forbiddenTools</c> and <c>maxToolCalls</c> of the options for every scenario.
/// A banned topic is a phrase said as whole words; an answer that names it to decline it is no violation.
/// </summary>
internal sealed class PolicyValidator : IValidator
{
    public string Name => "policy";

    public IReadOnlyList<string> Types { get; } = ["FORBIDDEN_TOOL", "TOOL_NOT_ALLOWED", "TOO_MANY_TOOL_CALLS", "BANNED_TOPIC"];

    public void Check(JsonObject options, string path, ProblemList problems) => Read(options, path, problems);

    public ITrialValidator Start(JsonObject options, Scenario scenario, Suite suite)
    {
        var own = Read(options, Name, new ProblemList());
        var policy = scenario.Policy;
        return new Trial(
            [.. policy.ForbiddenTools, .. own.ForbiddenTools],
            policy.AllowedTools,
            policy.MaxToolCalls ?? own.MaxToolCalls,
            [.. policy.BannedTopics.Concat(own.BannedTopics).Distinct(StringComparer.OrdinalIgnoreCase)]);
    }

    private ScenarioPolicy Read(JsonObject options, string path, ProblemList problems)
    {
        var (_, json) = ValidatorOptions.Read(options, path, problems, Types, "bannedTopics", "forbiddenTools", "maxToolCalls");
        return new ScenarioPolicy
        {
            BannedTopics = json.Texts("bannedTopics") ?? [],
            ForbiddenTools = json.Texts("forbiddenTools") ?? [],
            MaxToolCalls = json.Integer("maxToolCalls"),
        };
    }

    private sealed class Trial(
        HashSet<string> forbidden, IReadOnlyList<string>? allowed, int? maxToolCalls, IReadOnlyList<string> bannedTopics) : ITrialValidator
    {
        private readonly TopicDetector _topics = new(bannedTopics);
        private readonly SearchValues<string> _anyTopic = SearchValues.Create([.. bannedTopics], StringComparison.OrdinalIgnoreCase);
        private int _toolCalls;

        public void Examine(TraceEvent item, ICollection<Finding> findings)
        {
            if (item.Type == TraceEventType.ToolCall)
            {
                ExamineTool(item.Tool ?? "", findings);
            }
            else if (item is { Type: TraceEventType.AgentResponse, Text: { Length: > 0 } text } && text.AsSpan().ContainsAny(_anyTopic))
            {
                ExamineText(text, findings);
            }
        }

        private void ExamineTool(string tool, ICollection<Finding> findings)
        {
            _toolCalls++;
            if (forbidden.Contains(tool))
            {
                findings.Add(new("FORBIDDEN_TOOL", Severity.High, 1, $"The agent called {tool}, which is forbidden.", tool));
            }
            else if (allowed is not null && !allowed.Contains(tool))
            {
                findings.Add(new("TOOL_NOT_ALLOWED", Severity.Medium, 1, $"The agent called {tool}, which is not among the allowed tools.", tool));
            }

            // Reported once: every further call is the same overrun.
            if (_toolCalls == maxToolCalls + 1)
            {
                findings.Add(new("TOO_MANY_TOOL_CALLS", Severity.Medium, 1, $"The agent made more than {maxToolCalls} tool calls.", tool));
            }
        }

        private void ExamineText(string text, ICollection<Finding> findings)
        {
            foreach (var found in _topics.Detect(text))
            {
                var (topic, evidence) = (text[found.Start..found.End], Excerpt.At(text, found.Start, found.End - found.Start));
                findings.Add(new(found.Type, found.Severity, found.Confidence, $"The agent spoke of the banned topic \"{topic}\".", Redaction.Text(evidence)));
            }
        }
    }
}
