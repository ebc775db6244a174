using System.Text.Json.Nodes;
using AgentEval.Core.Criteria.Measures;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Criteria;

internal enum SimilarityMeasure
{
    Levenshtein,
    TokenF1,
    RougeL,
    Bleu,
}

/// <summary>How near the output is to a text, by a published measure; the short form is the text, measured by <c>levenshtein</c>.</summary>
internal sealed class SimilarityCriterion : Criterion<SimilarityCriterion.Options>
{
    public sealed record Options(string To, SimilarityMeasure Measure);

    public override string Type => "similarity";

    public override string Suggestion => "Bring the answer nearer to the reference, or lower the threshold.";

    public static double Measure(string output, string reference, SimilarityMeasure measure) => measure switch
    {
        SimilarityMeasure.Levenshtein => Levenshtein.Similarity(output, reference),
        SimilarityMeasure.TokenF1 => TokenF1.Score(output, reference),
        SimilarityMeasure.RougeL => RougeL.Score(output, reference),
        _ => Bleu.Score(output, reference),
    };

    protected override Options? Read(JsonNode? argument, string path, ProblemList problems)
    {
        var json = CriterionArgument.TextOrObject(argument, path, problems, "to", "measure");
        return json?.Text("to", required: true) is { } to
            ? new(to, json!.Choice<SimilarityMeasure>("measure") ?? SimilarityMeasure.Levenshtein)
            : null;
    }

    protected override CriterionScore Score(Options options, CriterionContext context)
    {
        var score = Measure(context.Output.Trim(), options.To.Trim(), options.Measure);
        return new(score, string.Create(
            System.Globalization.CultureInfo.InvariantCulture, $"{options.Measure} similarity to \"{Excerpt.Head(options.To)}\" is {score:0.###}."));
    }
}
