using System.Text.Json.Nodes;
using AgentEval.Core.Json;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Criteria;

/// <summary>None of the phrases stands in the output, as whole words, whatever the case.</summary>
internal sealed class BannedPhrasesCriterion : Criterion<IReadOnlyList<string>>
{
    public override string Type => "bannedPhrases";

    public override string Suggestion => "Say it without the banned phrases.";

    protected override IReadOnlyList<string>? Read(JsonNode? argument, string path, ProblemList problems) =>
        CriterionArgument.Texts(argument, path, problems);

    protected override CriterionScore Score(IReadOnlyList<string> options, CriterionContext context)
    {
        foreach (var phrase in options)
        {
            if (WholeWords.IndexOf(context.Output, phrase) is >= 0 and var at)
            {
                return new(0, $"The output says \"{phrase}\", which is banned.", Excerpt.At(context.Output, at, phrase.Length));
            }
        }

        return new(1, $"None of the {options.Count} banned phrases was found.");
    }
}
