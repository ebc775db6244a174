using System.Text.RegularExpressions;
using AgentEval.Core.Json;
using AgentEval.Core.Problems;
using FsCheck;
using FsCheck.Fluent;

namespace AgentEval.Core.Tests.Json;

public sealed class LinearPatternTests
{
    private static readonly string[] Parts =
        ["a", "b", ".", "*", "+", "?", "|", "(", ")", "[", "]", "^", "$", "\\", "\\d", "\\w", "\\b", "\\1", "\\k<a>", "\\G", "(?:", "(?=", "(?!", "(?<=", "(?>", "(?<a>", "{2}", "{900}", "-", "1", "k", "G"];

    [Fact]
    public void Create_AnyPattern_GivesTheVerdictOfTheLinearMatcher()
    {
        var patterns = Gen.Elements(Parts).ListOf().Select(string.Concat).ToArbitrary();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3_000).WithReplay(20260314, 27_182_819), Prop.ForAll(patterns, pattern => IsAccepted(pattern) == CanBeCompiled(pattern)));
    }

    [Theory]
    [InlineData("(?=a)", ProblemCodes.Unsupported)]
    [InlineData(@"(a)\1", ProblemCodes.Unsupported)]
    [InlineData("((a{1000}){1000})", ProblemCodes.Unsupported)]
    [InlineData("(a", ProblemCodes.InvalidValue)]
    [InlineData("[", ProblemCodes.InvalidValue)]
    public void Create_PatternThatCannotBeMatchedInLinearTime_Reports(string pattern, string code)
    {
        var problems = new ProblemList();

        var linear = LinearPattern.Create(pattern, ignoreCase: false, "criteria[0].regex", problems);

        Assert.Null(linear);
        Assert.Equal((code, "criteria[0].regex"), (Assert.Single(problems.Errors).Code, problems.Errors[0].Path));
    }

    [Theory]
    [InlineData("REFUND", true, true)]
    [InlineData("REFUND", false, false)]
    public void IsMatch_IgnoringCase_OrNot(string pattern, bool ignoreCase, bool expected)
    {
        var linear = LinearPattern.Create(pattern, ignoreCase, "", new ProblemList())!;

        Assert.Equal(expected, linear.IsMatch("Your refund is on its way."));
    }

    private static bool IsAccepted(string pattern) => LinearPattern.Create(pattern, ignoreCase: false, "", new ProblemList()) is not null;

    private static bool CanBeCompiled(string pattern)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.NonBacktracking);
            return true;
        }
        catch (Exception refused) when (refused is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }
}
