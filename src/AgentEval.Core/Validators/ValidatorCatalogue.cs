using System.Text.Json.Nodes;
using AgentEval.Core.Problems;
using AgentEval.Core.Settings;
using AgentEval.Core.Validators.ActionMisuse;
using AgentEval.Core.Validators.Pii;
using AgentEval.Core.Validators.Policy;
using AgentEval.Core.Validators.PromptInjection;

namespace AgentEval.Core.Validators;

/// <summary>Every validator. A new one is a file or folder here, a line below, and its block in <see cref="ValidatorSettings"/>.</summary>
public static class ValidatorCatalogue
{
    private static readonly (IValidator Validator, Func<ValidatorSettings, JsonObject> Options)[] Entries =
    [
        (new PiiValidator(), settings => settings.Pii),
        (new PolicyValidator(), settings => settings.Policy),
        (new PromptInjectionValidator(), settings => settings.PromptInjection),
        (new ActionMisuseValidator(), settings => settings.ActionMisuse),
    ];

    /// <summary>The keys of <c>validators</c>.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Entries.Select(entry => entry.Validator.Name)];

    internal static IReadOnlyList<(IValidator Validator, Func<ValidatorSettings, JsonObject> Options)> All => Entries;

    /// <summary>Reports everything wrong with one validator's options.</summary>
    /// <param name="name">One of <see cref="Names"/>; anything else is a problem.</param>
    /// <param name="options">The block.</param>
    /// <param name="path">Where the block stands.</param>
    /// <param name="problems">Gets what is wrong.</param>
    public static void Check(string name, JsonObject options, string path, ProblemList problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        var validator = Entries.FirstOrDefault(entry => entry.Validator.Name == name).Validator;
        if (validator is null)
        {
            problems.Error(path, ProblemCodes.UnknownKey, $"There is no validator '{name}'. Known are: {string.Join(", ", Names)}.");
            return;
        }

        validator.Check(options, path, problems);
    }
}
