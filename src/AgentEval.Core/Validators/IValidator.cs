using System.Text.Json.Nodes;
using AgentEval.Core.Problems;
using AgentEval.Core.Suites;
using AgentEval.Core.Traces;

namespace AgentEval.Core.Validators;

/// <summary>A kind of safety detector. Stateless; what it must remember of a trial lives in the <see cref="ITrialValidator"/> it starts.</summary>
internal interface IValidator
{
    /// <summary>The key in <c>validators</c>: <c>pii</c>, …</summary>
    string Name { get; }

    /// <summary>Every type of violation it can report.</summary>
    IReadOnlyList<string> Types { get; }

    /// <summary>Reports everything wrong with its options.</summary>
    void Check(JsonObject options, string path, ProblemList problems);

    /// <param name="options">Options that <see cref="Check"/> accepts.</param>
    /// <param name="scenario">Of the trial.</param>
    /// <param name="suite">Of the scenario.</param>
    ITrialValidator Start(JsonObject options, Scenario scenario, Suite suite);
}

/// <summary>Follows one trial, event by event.</summary>
internal interface ITrialValidator
{
    /// <summary>Adds what this event shows, together with what came before it.</summary>
    void Examine(TraceEvent item, ICollection<Finding> findings);
}

/// <summary>A violation before it is given its place.</summary>
/// <param name="Type">Such as <c>CREDIT_CARD</c>.</param>
/// <param name="Severity">How bad, unless the options say otherwise.</param>
/// <param name="Confidence">0.0 to 1.0.</param>
/// <param name="Message">For people.</param>
/// <param name="Evidence">Redacted.</param>
internal sealed record Finding(string Type, Severity Severity, double Confidence, string Message, string Evidence);
