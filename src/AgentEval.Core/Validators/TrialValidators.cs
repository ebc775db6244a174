using System.Text.Json.Nodes;
using AgentEval.Core.Problems;
using AgentEval.Core.Settings;
using AgentEval.Core.Suites;
using AgentEval.Core.Traces;

namespace AgentEval.Core.Validators;

/// <summary>Every enabled validator over one execution of a trial, fed event by event in order. Not for several threads.</summary>
public sealed class TrialValidators
{
    private readonly string _trialId;
    private readonly List<(string Name, ValidatorOptions Options, ITrialValidator Validator)> _validators = [];
    private readonly List<Finding> _findings = [];

    private TrialValidators(string trialId) => _trialId = trialId;

    /// <summary>
    /// Events that could show a violation: what was asked, answered, called, returned, read and injected. The rest of a trace (evaluations,
    /// violations, deviations, …) is our own book-keeping.
    /// </summary>
    public int EventsExamined { get; private set; }

    /// <param name="scenario">Of the trial.</param>
    /// <param name="suite">Of the scenario.</param>
    /// <param name="settings">Checked by <see cref="ValidatorCatalogue.Check"/>; what is wrong in it falls back to the defaults.</param>
    /// <param name="trialId">Begins the violations' ids.</param>
    public static TrialValidators Create(Scenario scenario, Suite suite, ValidatorSettings settings, string trialId)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var result = new TrialValidators(trialId);
        foreach (var (validator, optionsOf) in ValidatorCatalogue.All)
        {
            var json = optionsOf(settings);
            var enabled = json["enabled"] is not JsonValue value || !value.TryGetValue(out bool isEnabled) || isEnabled;
            if (enabled)
            {
                result._validators.Add((validator.Name, CommonOptions(validator, json), validator.Start(json, scenario, suite)));
            }
        }

        return result;
    }

    /// <summary>What this event shows, with what came before it. Empty for most events.</summary>
    public IReadOnlyList<Violation> Examine(TraceEvent item)
    {
        ArgumentNullException.ThrowIfNull(item);
        if (item.Type is not (TraceEventType.AgentRequest or TraceEventType.AgentResponse or TraceEventType.ToolCall
            or TraceEventType.ToolResult or TraceEventType.ResourceRead or TraceEventType.Injection))
        {
            return [];
        }

        EventsExamined++;
        var violations = new List<Violation>();
        foreach (var (name, options, validator) in _validators)
        {
            _findings.Clear();
            validator.Examine(item, _findings);
            foreach (var finding in _findings.Select(options.Apply).OfType<Finding>())
            {
                violations.Add(new Violation(
                    $"{_trialId}-{item.Seq}-{violations.Count + 1}", _trialId, item.Seq, name, finding.Type, finding.Severity, finding.Confidence,
                    finding.Message, finding.Evidence, item.At));
            }
        }

        return violations;
    }

    private static ValidatorOptions CommonOptions(IValidator validator, JsonObject json)
    {
        var common = new JsonObject();
        foreach (var key in new[] { "types", "severity", "minConfidence" })
        {
            common[key] = json[key]?.DeepClone();
        }

        return ValidatorOptions.Read(common, validator.Name, new ProblemList(), validator.Types).Options;
    }
}
