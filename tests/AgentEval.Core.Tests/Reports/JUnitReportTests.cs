using System.Xml;
using System.Xml.Linq;
using System.Xml.Schema;
using AgentEval.Core.Reports;
using AgentEval.Core.Runs;
using AgentEval.Core.Tests.Metrics;
using AgentEval.Tests.Shared;

namespace AgentEval.Core.Tests.Reports;

public sealed class JUnitReportTests
{
    private static XElement Write(ReportInput input) => XElement.Parse(ReportCatalogue.Find("junit")!.Write(input));

    /// <summary>Everything a hostile or broken agent might say, in every field.</summary>
    private static readonly string[] Texts =
        ["plain", "", "   ", "<a> & \"b\" 'c' ]]>", "bell\u0007 null\0 esc\u001B[31m", "half \uD83D pair \uDE00", "emoji 😀 line\nbreak\ttab", "\uFFFE\uFFFF"];

    private static List<string> Problems(string schema, ReportInput input)
    {
        var schemas = new XmlSchemaSet();
        using (var reader = XmlReader.Create(SharedData.Get(schema)))
        {
            schemas.Add(null, reader);
        }

        var problems = new List<string>();
        XDocument.Parse(ReportCatalogue.Find("junit")!.Write(input)).Validate(schemas, (_, problem) => problems.Add(problem.Message));
        return problems;
    }

    [SharedDataFact("schemas/JUnit.xsd")]
    public void Write_AnyText_ValidatesAgainstTheStrictSchema() =>
        Assert.All(Texts, text => Assert.Empty(Problems("schemas/JUnit.xsd", new SampleRun(_ => text).Input())));

    [SharedDataFact("schemas/junit-10.xsd")]
    public void Write_AnyText_ValidatesAgainstTheJenkinsSchema() =>
        Assert.All(Texts, text => Assert.Empty(Problems("schemas/junit-10.xsd", new SampleRun(_ => text).Input())));

    [SharedDataFact("schemas/JUnit.xsd", "schemas/junit-10.xsd")]
    public void Write_NoTrials_ValidatesAgainstBothSchemas()
    {
        var input = SampleRun.Plain() with { Trials = [], TotalTrials = 0 };

        Assert.Empty(Problems("schemas/JUnit.xsd", input));
        Assert.Empty(Problems("schemas/junit-10.xsd", input));
    }

    [Fact]
    public void Write_SampleRun_HasASuitePerCategoryAndACasePerTrial()
    {
        var report = Write(SampleRun.Plain());

        Assert.Equal(["shipping", "smalltalk", "support"], report.Elements("testsuite").Select(suite => suite.Attribute("name")!.Value));
        Assert.Equal(["0", "1", "2"], report.Elements("testsuite").Select(suite => suite.Attribute("id")!.Value));
        Assert.Equal(10, report.Descendants("testcase").Count());
    }

    [Fact]
    public void Write_SampleRun_CountsAgreeWithTheCases()
    {
        foreach (var suite in Write(SampleRun.Plain()).Elements("testsuite"))
        {
            Assert.Equal((int)suite.Attribute("tests")!, suite.Elements("testcase").Count());
            Assert.Equal((int)suite.Attribute("failures")!, suite.Descendants("failure").Count());
            Assert.Equal((int)suite.Attribute("errors")!, suite.Descendants("error").Count());
            Assert.Equal((int)suite.Attribute("skipped")!, suite.Descendants("skipped").Count());
            Assert.Equal("2026-03-14T09:26:53", suite.Attribute("timestamp")!.Value);
            Assert.Equal(["properties", "system-out", "system-err"], suite.Elements().Select(element => element.Name.LocalName).Where(name => name != "testcase"));
        }
    }

    [Theory]
    [InlineData(TrialStatus.Passed, null)]
    [InlineData(TrialStatus.Failed, "failure")]
    [InlineData(TrialStatus.Error, "error")]
    [InlineData(TrialStatus.Timeout, "error")]
    [InlineData(TrialStatus.BudgetExceeded, "error")]
    [InlineData(TrialStatus.Skipped, "skipped")]
    [InlineData(TrialStatus.Cancelled, "skipped")]
    public void Write_EachStatus_BecomesItsElement(TrialStatus status, string? element)
    {
        var report = Write(SampleRun.Plain() with { Trials = [Samples.Trial("a", status)] });

        Assert.Equal(element, Assert.Single(report.Descendants("testcase")).Elements().SingleOrDefault()?.Name.LocalName);
    }

    [Fact]
    public void Write_FailedTrial_TellsTheReasonAndEveryCriterion()
    {
        var failure = Write(SampleRun.Plain()).Descendants("testcase")
            .Single(element => element.Attribute("name")!.Value == "Refund for a delivered order [refund-happy-path~1]").Element("failure")!;

        Assert.StartsWith("no card numbers: The pattern matched", failure.Attribute("message")!.Value, StringComparison.Ordinal);
        Assert.Contains("met    mentions the refund", failure.Value, StringComparison.Ordinal);
        Assert.Contains("unmet  no card numbers", failure.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_SampleRun_CarriesTheMetricsAsProperties()
    {
        var properties = Write(SampleRun.Plain()).Elements("testsuite").First().Element("properties")!.Elements()
            .ToDictionary(property => property.Attribute("name")!.Value, property => property.Attribute("value")!.Value);

        Assert.Equal(("failed", "0.8", "3", "10"), (properties["verdict"], properties["passRate"], properties["violations"], properties["trials"]));
    }

    [Fact]
    public void Write_CharactersXmlCannotHold_AreLeftOut()
    {
        var report = Write(new SampleRun(_ => "bell\u0007 half\uD83D ok😀").Input());

        Assert.All(report.Descendants("testcase"), element => Assert.Contains("bell half ok😀", element.Attribute("name")!.Value, StringComparison.Ordinal));
    }
}
