using AgentEval.Core.Criteria.Measures;

namespace AgentEval.Core.Tests.Criteria;

public sealed class MeasureTests
{
    [Theory]
    [InlineData("", "", 0)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("flaw", "lawn", 2)]
    [InlineData("abc", "", 3)]
    [InlineData("same", "same", 0)]
    public void Levenshtein_KnownPairs_AreRight(string left, string right, int distance) => Assert.Equal(distance, Levenshtein.Distance(left, right));

    [Fact]
    public void Levenshtein_RandomTextsOfEveryLength_AgreesWithTheTable()
    {
        var random = new Random(7);
        for (var round = 0; round < 400; round++)
        {
            var (left, right) = (Text(random, random.Next(0, 200)), Text(random, random.Next(0, 200)));

            Assert.Equal(ByTable(left, right), Levenshtein.Distance(left, right));
        }
    }

    [Fact]
    public void CommonSubsequence_RandomLists_IsSymmetricAndBounded()
    {
        var random = new Random(8);
        for (var round = 0; round < 100; round++)
        {
            var (left, right) = (Words(random), Words(random));
            var length = CommonSubsequence.Length(left, right);

            Assert.Equal(length, CommonSubsequence.Length(right, left));
            Assert.InRange(length, 0, Math.Min(left.Count, right.Count));
            Assert.Equal(left.Count, CommonSubsequence.Length(left, left));
        }
    }

    [Theory]
    [InlineData("The cat!", "a cat", 1)]
    [InlineData("dog", "cat", 0)]
    [InlineData("", "", 1)]
    [InlineData("", "cat", 0)]
    public void TokenF1_WithoutArticlesAndPunctuation(string candidate, string reference, double score) =>
        Assert.Equal(score, TokenF1.Score(candidate, reference), 6);

    [Fact]
    public void RougeL_LinExample_IsThreeQuarters() =>
        Assert.Equal(0.75, RougeL.Score("police kill the gunman", "police killed the gunman"), 6);

    [Fact]
    public void Bleu_ShortCandidate_PaysForBrevity()
    {
        // 1-gram 3/3, 2-gram (2+1)/(2+1), 3-gram (1+1)/(1+1): only the brevity penalty exp(1 - 6/3) is left.
        Assert.Equal(Math.Exp(-1), Bleu.Score("the cat sat", "the cat sat on the mat"), 6);
        Assert.Equal(0, Bleu.Score("dog", "cat"));
    }

    private static string Text(Random random, int length) => string.Create(length, random, (span, source) =>
    {
        for (var i = 0; i < span.Length; i++)
        {
            span[i] = (char)('a' + source.Next(4));
        }
    });

    private static List<string> Words(Random random) => [.. Enumerable.Range(0, random.Next(1, 40)).Select(_ => Text(random, 1))];

    private static int ByTable(string left, string right)
    {
        var table = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++)
        {
            for (var j = 0; j <= right.Length; j++)
            {
                table[i, j] = i == 0 ? j : j == 0 ? i
                    : Math.Min(Math.Min(table[i - 1, j], table[i, j - 1]) + 1, table[i - 1, j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1));
            }
        }

        return table[left.Length, right.Length];
    }
}
