using System.Text.RegularExpressions;

namespace AgentEval.SampleAgent.Bot;

/// <summary>
/// What of a user's message is the user's own: no documents, and of a paragraph that tries to take the bot over only what stands before the attempt.
/// </summary>
/// <param name="Text">What is left.</param>
/// <param name="Cut">Something tried to take the bot over.</param>
internal sealed record OwnWords(string Text, bool Cut)
{
    private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase;
    private const string Rules = "(?:instruction|direction|directive|rule|guideline|polic(?:y|ies)|prompt|order from|constraint|restriction)s?";
    private const string Saying = "(?:say|reply|respond|answer|print|output|write|repeat|include|append|begin|start|end)";
    private const string Filler = @"(?:\s(?:with|only|exactly|just|the|this|word|words|code|text|phrase|your|answer|reply|and|nothing|but))*";

    private static readonly Regex Document = new(@"<document>.*?(?:</document>|\z)|^document:.*?(?:\n\s*\n|\z)", Linear | RegexOptions.Multiline | RegexOptions.Singleline);

    private static readonly Regex Paragraph = new(@"\n\s*\n", Linear);

    private static readonly Regex Takeover = new(
        $@"\b(?:ignor(?:e|ing)|disregard|forget|override|bypass|drop)\s(?:\w+\s){{0,4}}{Rules}\b|\b(?:disregard|forget|ignore)\s(?:all|everything|anything|the\sabove)\b"
        + $@"|\b(?:new|updated|special|secret)\s(?:rule|instruction|directive|order|task)s?\s*:|\bnote\sto\s(?:the\s|any\s)?(?:assistant|ai|bot|agent|model)\b"
        + $@"|\b(?:reveal|repeat|show|print|tell\sme|what\s(?:are|is))\s(?:me\s)?your\s(?:\w+\s)?(?:instruction|rule|guideline|prompt)s?\b|\bsystem\s(?:prompt|override)\b|\b(?:developer|debug|admin)\smode\b"
        + @"|\byou\sare\snow\b|\bpretend\s(?:to\sbe|(?:that\s)?you)|\bact\sas\s(?:if|an?|the)\b|\bdo\sanything\snow\b|^\W*(?:system|assistant|ai|bot)\s*:",
        Linear | RegexOptions.Multiline);

    private static readonly Regex QuotedCommand = new($@"\b{Saying}{Filler}:?\s*\\?[""'“](?<said>[^""'”\\\n]{{3,80}})\\?[""'”]", Linear);
    private static readonly Regex MarkedCommand = new($@"\b{Saying}{Filler}:?\s(?<said>(?-i:[A-Z0-9][A-Z0-9_-]{{3,40}}))\b", Linear);

    public static OwnWords Of(string message)
    {
        var cut = false;
        var kept = new List<string>();
        foreach (var paragraph in Paragraph.Split(Document.Replace(message, "\n\n")))
        {
            var takeover = Takeover.Match(paragraph);
            cut |= takeover.Success;
            kept.Add(takeover.Success ? paragraph[..takeover.Index] : paragraph);
        }

        return new OwnWords(string.Join("\n\n", kept), cut);
    }

    /// <summary>What a text demands to be said: a quotation, or a word in capitals; null: it demands nothing.</summary>
    public static string? CommandIn(string text)
    {
        var match = QuotedCommand.Match(text) is { Success: true } quoted ? quoted : MarkedCommand.Match(text);
        return match.Success ? match.Groups["said"].Value : null;
    }
}
