using System.Text.Json.Nodes;
using AgentEval.Core.Json;
using AgentEval.Core.Problems;
using AgentEval.Core.Scenarios;

namespace AgentEval.Core.Suites;

/// <summary>Reads one scenario whose templates are filled already.</summary>
internal sealed class ScenarioReader(ProblemList problems)
{
    public const int MaxEpochs = 1_000;

    /// <summary>A category that was not written is null here: the suite's <c>categories</c> may name it.</summary>
    public ScenarioDraft Read(JsonObject json, string path, string? family = null)
    {
        var file = new ObjectCursor(json, path, problems, SuiteKeys.Scenario);
        RefuseUnavailable(file);
        var criteria = new CriterionReader(problems);
        var id = file.Id("id", required: true) ?? "";
        var expected = file.Node("expected");
        var scenario = new Scenario
        {
            Id = id,
            Family = family,
            Name = file.Text("name", maximum: 300) ?? id,
            Difficulty = file.Choice<Difficulty>("difficulty") ?? Difficulty.Medium,
            Tags = file.Texts("tags", maximum: 100) ?? [],
            Metadata = file.Object("metadata") ?? [],
            DependsOn = file.Texts("dependsOn") ?? [],
            Input = file.Node("input"),
            Criteria = criteria.ReadList(file, "criteria"),
            Turns = Turns(file, criteria),
            Properties = criteria.ReadList(file, "properties"),
            Injections = Injections(file),
            Expected = expected,
            Golden = GoldenReader.Read(file, expected),
            Policy = file.Open("policy", SuiteKeys.Policy) is { } policy ? Policy(policy) : new(),
            Budget = file.Open("budget", SuiteKeys.Budget) is { } budget ? Budget(budget) : new(),
            TimeoutSeconds = file.Number("timeoutSeconds", 0, 86_400, above: true),
            Retries = file.Integer("retries", 0, 10),
            PassThreshold = file.Number("passThreshold", 0, 1),
            AgentSettings = file.Object("agentSettings") ?? [],
            Epochs = file.Integer("epochs", 1, MaxEpochs),
            State = file.Open("isolation", SuiteKeys.Isolation) is { } isolation ? State(isolation) : StateIsolation.Reset,
        };
        return new ScenarioDraft(scenario, file.Text("category", maximum: 100), path, criteria.ToolsNamed);
    }

    private static void RefuseUnavailable(ObjectCursor file)
    {
        file.NotAvailable("iterate", "Iterating with feedback ('iterate')");
        file.NotAvailable("fuzz", "Fuzzing ('fuzz')");
        if (file.Flag("snapshot") == true)
        {
            file.NotAvailable("snapshot", "Comparing with snapshots ('snapshot')");
        }
    }

    private List<Turn> Turns(ObjectCursor file, CriterionReader criteria)
    {
        if (file.Has("input") && file.Has("turns"))
        {
            file.Error("turns", ProblemCodes.Exclusive, "Give 'input' or 'turns', not both. 'input' is the short form of one user turn.");
        }

        if (file.Node("input") is { } input)
        {
            return [new Turn(Templates.AsText(input), [])];
        }

        if (!file.Has("turns"))
        {
            problems.Error(file.Path, ProblemCodes.Required, "A scenario needs 'input' or 'turns': what the user says.");
            return [];
        }

        if (file.Node("turns") is JsonArray { Count: 0 })
        {
            file.Error("turns", ProblemCodes.Required, "'turns' needs at least one turn.");
        }

        return [.. file.Items("turns").Select(item => Turn(item.Node, item.Path, criteria)).OfType<Turn>()];
    }

    private Turn? Turn(JsonNode? node, string path, CriterionReader criteria) =>
        ToolReader.OpenElement(node, path, problems, SuiteKeys.Turn, "{ user: \"…\" }") is { } turn
            ? new Turn(turn.Text("user", required: true, mayBeEmpty: true) ?? "", criteria.ReadList(turn, "expect"))
            : null;

    private List<Injection> Injections(ObjectCursor file)
    {
        var injections = new List<Injection>();
        foreach (var (node, path) in file.Items("injections"))
        {
            if (ToolReader.OpenElement(node, path, problems, SuiteKeys.Injection, "{ at: toolResult, text: \"…\" }") is not { } injection)
            {
                continue;
            }

            var at = injection.Has("at") ? injection.Choice<InjectionPoint>("at") : null;
            if (!injection.Has("at"))
            {
                injection.Required("at");
            }

            if (injection.Has("tool") && at is not (null or InjectionPoint.ToolResult))
            {
                injection.Error("tool", ProblemCodes.Exclusive, "'tool' belongs to 'at: toolResult' only.");
            }

            injections.Add(new Injection(at ?? InjectionPoint.UserTurn, injection.Text("tool"), injection.Text("text", required: true) ?? "", injection.Text("canary")));
        }

        return injections;
    }

    private static ScenarioPolicy Policy(ObjectCursor policy) => new()
    {
        AllowedTools = policy.Texts("allowedTools"),
        ForbiddenTools = policy.Texts("forbiddenTools") ?? [],
        MaxToolCalls = policy.Integer("maxToolCalls"),
        RequireConfirmationFor = policy.Texts("requireConfirmationFor") ?? [],
        BannedTopics = policy.Texts("bannedTopics") ?? [],
    };

    private static TrialBudget Budget(ObjectCursor budget) => new()
    {
        Tokens = budget.Long("tokens", 1, Seeds.Max),
        Seconds = budget.Number("seconds", 0, 86_400, above: true),
        ToolCalls = budget.Integer("toolCalls"),
        CostUsd = budget.Money("costUsd"),
    };

    private static StateIsolation State(ObjectCursor isolation)
    {
        isolation.NotAvailable("environment", "Isolation of the environment");
        isolation.NotAvailable("fileSystem", "Isolation of the file system");
        isolation.NotAvailable("network", "A simulated network");
        var state = isolation.ChoiceOf("state", ["reset", "restore", "none"]);
        if (state == "restore")
        {
            isolation.Error("state", ProblemCodes.NotAvailable, "Restoring the agent's state is not available in this version. Use reset or none.");
        }

        return state == "none" ? StateIsolation.None : StateIsolation.Reset;
    }
}

/// <param name="Scenario">The category is not settled yet.</param>
/// <param name="Category">As written in the scenario.</param>
/// <param name="Path">Where it stands.</param>
/// <param name="ToolsNamed">By its criteria, each with the path of the name.</param>
internal sealed record ScenarioDraft(Scenario Scenario, string? Category, string Path, IReadOnlyList<(string Path, string Name)> ToolsNamed);
