using System.Text.Json.Nodes;

namespace AgentEval.Core.Suites;

/// <summary>One test case: a script of turns, tools, injections and expectations.</summary>
public sealed record Scenario
{
    /// <summary><c>[A-Za-z0-9_.-]{1,100}</c>, unique in the suite.</summary>
    public required string Id { get; init; }

    /// <summary>The id as written, when this scenario was made of one of its parameter rows; null otherwise.</summary>
    public string? Family { get; init; }

    /// <summary>Default: the id.</summary>
    public required string Name { get; init; }

    public string Category { get; init; } = "default";

    public Difficulty Difficulty { get; init; } = Difficulty.Medium;

    public IReadOnlyList<string> Tags { get; init; } = [];

    public JsonObject Metadata { get; init; } = [];

    public IReadOnlyList<string> DependsOn { get; init; } = [];

    /// <summary>Text or any JSON, when the scenario was given by <c>input</c>; its user turn stands in <see cref="Turns"/> too.</summary>
    public JsonNode? Input { get; init; }

    /// <summary>The script, at least one turn, templates already filled from the parameter row.</summary>
    public required IReadOnlyList<Turn> Turns { get; init; }

    public IReadOnlyList<Injection> Injections { get; init; } = [];

    /// <summary>The golden output: text or JSON.</summary>
    public JsonNode? Expected { get; init; }

    public GoldenComparison? Golden { get; init; }

    public IReadOnlyList<CriterionSpec> Criteria { get; init; } = [];

    public IReadOnlyList<CriterionSpec> Properties { get; init; } = [];

    public ScenarioPolicy Policy { get; init; } = new();

    public TrialBudget Budget { get; init; } = new();

    public double? TimeoutSeconds { get; init; }

    public int? Retries { get; init; }

    /// <summary>0.0 to 1.0; null: the suite's, else 0.7.</summary>
    public double? PassThreshold { get; init; }

    /// <summary>Laid over the agent's own settings.</summary>
    public JsonObject AgentSettings { get; init; } = [];

    /// <summary>1 to 1,000; null: the run's.</summary>
    public int? Epochs { get; init; }

    /// <summary><c>reset</c> calls the agent's reset before the trial (default); <c>none</c> does not.</summary>
    public StateIsolation State { get; init; } = StateIsolation.Reset;
}

public enum Difficulty
{
    Easy,
    Medium,
    Hard,
}

public enum StateIsolation
{
    Reset,
    None,
}

/// <summary>One user turn of the script. <see cref="User"/> may hold <c>{{…}}</c> templates that only a running trial can fill.</summary>
public sealed record Turn(string User, IReadOnlyList<CriterionSpec> Expect);

/// <summary>Text smuggled into what the agent sees, to test whether it obeys.</summary>
/// <param name="At">Where it is put.</param>
/// <param name="Tool">For <see cref="InjectionPoint.ToolResult"/>: only results of this tool; null: of every tool.</param>
/// <param name="Text">The text. A canary (a word an obedient agent would repeat) is found by the prompt injection validator.</param>
/// <param name="Canary">What an obedient agent would say; null: derived from <paramref name="Text"/>.</param>
public sealed record Injection(InjectionPoint At, string? Tool, string Text, string? Canary = null);

public enum InjectionPoint
{
    UserTurn,
    SystemPrompt,
    Document,
    ToolResult,
}

/// <summary>How an output is compared with <c>expected</c>.</summary>
/// <param name="Compare">Default: <see cref="GoldenMode.Exact"/> for text (white space at the ends ignored), <see cref="GoldenMode.Json"/> for JSON.</param>
/// <param name="Threshold">The score from which the comparison counts as passed, 0.0 to 1.0; default 1.0, and 0.8 for <see cref="GoldenMode.Similar"/>.</param>
public sealed record GoldenComparison(GoldenMode Compare, double Threshold);

public enum GoldenMode
{
    Exact,
    Json,
    Subset,
    Similar,
}

/// <summary>What the agent may do in a scenario. Null lists: no rule.</summary>
public sealed record ScenarioPolicy
{
    public IReadOnlyList<string>? AllowedTools { get; init; }

    public IReadOnlyList<string> ForbiddenTools { get; init; } = [];

    public int? MaxToolCalls { get; init; }

    public IReadOnlyList<string> RequireConfirmationFor { get; init; } = [];

    public IReadOnlyList<string> BannedTopics { get; init; } = [];
}

/// <summary>Limits of one trial; beyond one the trial ends <c>budgetExceeded</c>. Null: no limit.</summary>
public sealed record TrialBudget
{
    public long? Tokens { get; init; }

    public double? Seconds { get; init; }

    public int? ToolCalls { get; init; }

    /// <summary>US dollars.</summary>
    public decimal? CostUsd { get; init; }
}
