using System.Globalization;
using System.Text;
using System.Xml;
using AgentEval.Core.Json;
using AgentEval.Core.Runs;

namespace AgentEval.Core.Reports;

/// <summary>
/// JUnit XML, a <c>testsuite</c> per category and a <c>testcase</c> per trial. It validates against the strict Ant schema (windyroad/JUnit-Schema)
/// and against the Jenkins one, so times have three decimals, every suite has its empty <c>system-out</c>, and nothing else is added.
/// </summary>
internal sealed class JUnitReport : IReportFormat
{
    private const int MaxReason = 10_000;

    public string Name => "junit";

    public string ContentType => "application/xml; charset=utf-8";

    public string FileName => "junit.xml";

    public string Write(ReportInput input)
    {
        using var bytes = new MemoryStream();
        using (var xml = XmlWriter.Create(bytes, new XmlWriterSettings { Indent = true, Encoding = new UTF8Encoding(false), NewLineChars = "\n" }))
        {
            xml.WriteStartElement("testsuites");
            var categories = input.Trials.GroupBy(trial => trial.Category, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal);
            foreach (var (id, category) in categories.Index())
            {
                WriteSuite(xml, input, id, category.Key, [.. category]);
            }

            xml.WriteEndElement();
        }

        return Encoding.UTF8.GetString(bytes.ToArray()) + "\n";
    }

    private static void WriteSuite(XmlWriter xml, ReportInput input, int id, string category, IReadOnlyList<TrialResult> trials)
    {
        var result = input.Result;
        xml.WriteStartElement("testsuite");
        Attribute(xml, "name", Named(category));
        Attribute(xml, "package", Named(result.Suite.Name));
        Attribute(xml, "id", Number(id));
        Attribute(xml, "timestamp", result.StartedAt.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture));
        Attribute(xml, "hostname", Named(result.Environment.Host));
        Attribute(xml, "tests", Number(trials.Count));
        Attribute(xml, "failures", Number(trials.Count(trial => trial.Status == TrialStatus.Failed)));
        Attribute(xml, "errors", Number(trials.Count(IsError)));
        Attribute(xml, "skipped", Number(trials.Count(IsSkipped)));
        Attribute(xml, "time", Seconds(trials.Sum(trial => trial.Seconds ?? 0)));
        WriteProperties(xml, input);
        foreach (var trial in trials)
        {
            WriteCase(xml, result.Suite.Name, trial);
        }

        xml.WriteElementString("system-out", "");
        xml.WriteElementString("system-err", "");
        xml.WriteEndElement();
    }

    private static void WriteProperties(XmlWriter xml, ReportInput input)
    {
        xml.WriteStartElement("properties");
        foreach (var (name, value) in Properties(input).Where(property => property.Value is not null))
        {
            xml.WriteStartElement("property");
            Attribute(xml, "name", name);
            Attribute(xml, "value", value!);
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    /// <summary>Of the whole run: a reader of one suite sees the verdict it belongs to.</summary>
    private static IEnumerable<(string Name, string? Value)> Properties(ReportInput input)
    {
        var (result, metrics) = (input.Result, input.Result.Metrics);
        yield return ("runId", result.RunId);
        yield return ("verdict", result.Verdict?.Word());
        yield return ("suite", $"{result.Suite.Name}@{result.Suite.Version}");
        yield return ("agent", result.Agent.Name);
        yield return ("agentVersion", result.Agent.Version);
        yield return ("seed", Number(result.Environment.Seed));
        yield return ("trials", Number(input.TotalTrials));
        yield return ("trialsListed", Number(input.Trials.Count));
        yield return ("passRate", Number(metrics.Scenario.PassRate));
        yield return ("passRateLow", Number(metrics.Scenario.PassRateInterval?[0]));
        yield return ("passRateHigh", Number(metrics.Scenario.PassRateInterval?[1]));
        yield return ("averageScore", Number(metrics.Scenario.AverageScore));
        yield return ("standardError", Number(metrics.Scenario.StandardError));
        yield return ("errorRate", Number(metrics.Scenario.ErrorRate));
        yield return ("safetyGrade", Number(metrics.Safety.SafetyGrade));
        yield return ("violations", Number(metrics.Safety.TotalViolations));
        yield return ("survivalRate", Number(metrics.RedTeam.SurvivalRate));
        yield return ("reproducibility", Number(metrics.Reproducibility.Score));
        yield return ("p50Seconds", Number(metrics.Performance.P50Seconds));
        yield return ("p95Seconds", Number(metrics.Performance.P95Seconds));
        yield return ("costUsd", metrics.Performance.CostUsd?.ToString(CultureInfo.InvariantCulture));
    }

    private static void WriteCase(XmlWriter xml, string suite, TrialResult trial)
    {
        xml.WriteStartElement("testcase");
        Attribute(xml, "name", trial.Name == trial.ScenarioId ? trial.TrialId : $"{trial.Name} [{trial.TrialId}]");
        Attribute(xml, "classname", $"{Named(suite)}.{Named(trial.Category)}");
        Attribute(xml, "time", Seconds(trial.Seconds ?? 0));
        if (trial.Status == TrialStatus.Failed)
        {
            WriteTrouble(xml, "failure", "failed", trial);
        }
        else if (IsError(trial))
        {
            WriteTrouble(xml, "error", trial.Error?.Code ?? trial.Status.Word(), trial);
        }
        else if (IsSkipped(trial))
        {
            xml.WriteStartElement("skipped");
            Attribute(xml, "message", Reason(trial));
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void WriteTrouble(XmlWriter xml, string element, string type, TrialResult trial)
    {
        xml.WriteStartElement(element);
        Attribute(xml, "message", Reason(trial));
        Attribute(xml, "type", type);
        xml.WriteString(Valid(Details(trial)));
        xml.WriteEndElement();
    }

    private static string Details(TrialResult trial)
    {
        var text = new StringBuilder();
        text.Append("trial ").Append(trial.TrialId).Append(", status ").Append(trial.Status.Word());
        text.Append(", score ").Append(Figures.Score(trial.Score)).Append(" of ").Append(Figures.Score(trial.PassThreshold)).Append('\n');
        foreach (var criterion in trial.Criteria)
        {
            text.Append(criterion.Passed ? "  met    " : "  unmet  ").Append(criterion.Name).Append(": ").Append(criterion.Reason).Append('\n');
        }

        if (trial.Error is { } error)
        {
            text.Append(error.Code).Append(": ").Append(error.Message).Append('\n');
        }

        return VisibleText.Cut(text.ToString(), MaxReason);
    }

    private static string Reason(TrialResult trial) => TrialReason.Of(trial) is { Length: > 0 } reason ? VisibleText.Cut(reason, 1000) : trial.Status.Word();

    private static bool IsError(TrialResult trial) => trial.Status is TrialStatus.Error or TrialStatus.Timeout or TrialStatus.BudgetExceeded;

    private static bool IsSkipped(TrialResult trial) => !trial.Status.IsScored() && !IsError(trial);

    private static void Attribute(XmlWriter xml, string name, string value) => xml.WriteAttributeString(name, Valid(value));

    /// <summary>The schema's tokens must not be empty.</summary>
    private static string Named(string name) => string.IsNullOrWhiteSpace(Valid(name)) ? "default" : name;

    /// <summary>XML 1.0 has no way of writing most control characters and halves of surrogate pairs.</summary>
    private static string Valid(string text)
    {
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (XmlConvert.IsXmlChar(text[i]))
            {
                result.Append(text[i]);
            }
            else if (i + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[i + 1], text[i]))
            {
                result.Append(text[i]).Append(text[++i]);
            }
        }

        return result.ToString();
    }

    private static string Seconds(double seconds) => Math.Max(0, seconds).ToString("0.000", CultureInfo.InvariantCulture);

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string? Number(double? number) => number?.ToString("0.######", CultureInfo.InvariantCulture);
}
