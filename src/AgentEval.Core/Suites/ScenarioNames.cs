using AgentEval.Core.Json;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Suites;

/// <summary>What the scenarios of a suite may be called in its other parts: by id, or by the written id that stands for all parameter rows.</summary>
internal sealed class ScenarioNames
{
    private readonly ILookup<string, string> _idsByName;
    private readonly IReadOnlyList<string> _names;

    private ScenarioNames(ILookup<string, string> idsByName) => (_idsByName, _names) = (idsByName, [.. idsByName.Select(group => group.Key)]);

    public static ScenarioNames Of(IEnumerable<ScenarioDraft> drafts) => Of(drafts.Select(draft => draft.Scenario));

    public static ScenarioNames Of(IEnumerable<Scenario> scenarios) => new(scenarios
        .SelectMany(scenario => new[] { scenario.Id, scenario.Family }.OfType<string>().Select(name => (name, scenario.Id)))
        .Distinct()
        .ToLookup(pair => pair.name, pair => pair.Id, StringComparer.Ordinal));

    /// <summary>None: nothing is called so.</summary>
    public IEnumerable<string> Find(string name) => _idsByName[name];

    /// <summary>As <see cref="Find(string)"/>, and reported when nothing is called so.</summary>
    public IEnumerable<string> Find(string name, string path, ProblemList problems)
    {
        if (!_idsByName.Contains(name))
        {
            problems.Error(path, ProblemCodes.UnknownReference, () => $"There is no scenario '{Found.Cut(name)}'. {NearestWord.Hint(name, _names)}");
        }

        return _idsByName[name];
    }
}
