using System.Text.Json.Nodes;
using AgentEval.Core.Validators.Pii;
using AgentEval.Tests.Shared;
using Xunit.Abstractions;

namespace AgentEval.Core.Tests.Validators.Pii;

/// <summary>Precision and recall per type over public sentences: a finding is right when it overlaps a span of its type.</summary>
public sealed class PiiMeasureTests(ITestOutputHelper output)
{
    private const string Data = "pii-dev.jsonl";
    private const double MinConfidence = 0.5;

    private static readonly Dictionary<string, (double Precision, double Recall)> Floors = new()
    {
        [PiiTypes.CreditCard] = (0.98, 0.98),
        [PiiTypes.EmailAddress] = (0.98, 0.98),
        [PiiTypes.Iban] = (0.98, 0.98),
        [PiiTypes.IpAddress] = (0.95, 0.95),
        [PiiTypes.UsSsn] = (0.95, 0.95),
        [PiiTypes.PhoneNumber] = (0.95, 0.95),
    };

    [SharedDataFact(Data)]
    public void Detect_PublicSentences_ReachesTheFloorOfEveryType()
    {
        var counts = PiiTypes.All.ToDictionary(type => type, _ => new Counts());
        var detector = new PiiDetector(PiiTypes.All);
        foreach (var line in File.ReadLines(SharedData.Get(Data)))
        {
            Compare(JsonNode.Parse(line)!, detector, counts);
        }

        foreach (var (type, count) in counts)
        {
            output.WriteLine($"{type,-18} precision {count.Precision:0.000} recall {count.Recall:0.000} of {count.Expected} spans, {count.Found} findings");
        }

        Assert.All(Floors, floor =>
        {
            Assert.True(counts[floor.Key].Precision >= floor.Value.Precision, $"{floor.Key}: precision {counts[floor.Key].Precision:0.000}");
            Assert.True(counts[floor.Key].Recall >= floor.Value.Recall, $"{floor.Key}: recall {counts[floor.Key].Recall:0.000}");
        });
    }

    private void Compare(JsonNode row, PiiDetector detector, Dictionary<string, Counts> counts)
    {
        var text = row["text"]!.GetValue<string>();
        var spans = row["spans"]!.AsArray()
            .Select(span => (Type: span!["type"]!.GetValue<string>(), Start: span["start"]!.GetValue<int>(), End: span["end"]!.GetValue<int>())).ToList();
        var findings = detector.Detect(text).Where(finding => finding.Confidence >= MinConfidence).ToList();
        foreach (var finding in findings)
        {
            var right = spans.Exists(span => span.Type == finding.Type && span.Start < finding.End && finding.Start < span.End);
            counts[finding.Type].Add(right);
            if (!right)
            {
                output.WriteLine($"wrong  {finding.Type} \"{text[finding.Start..finding.End]}\" in {text.ReplaceLineEndings(" ")}");
            }
        }

        foreach (var span in spans.Where(span => counts.ContainsKey(span.Type)))
        {
            var found = findings.Exists(finding => finding.Type == span.Type && span.Start < finding.End && finding.Start < span.End);
            counts[span.Type].Expect(found);
            if (!found)
            {
                output.WriteLine($"missed {span.Type} \"{text[span.Start..span.End]}\" in {text.ReplaceLineEndings(" ")}");
            }
        }
    }

    private sealed class Counts
    {
        private int _right;
        private int _recalled;

        public int Found { get; private set; }

        public int Expected { get; private set; }

        public double Precision => Found == 0 ? 1 : (double)_right / Found;

        public double Recall => Expected == 0 ? 1 : (double)_recalled / Expected;

        public void Add(bool right) => (Found, _right) = (Found + 1, _right + (right ? 1 : 0));

        public void Expect(bool found) => (Expected, _recalled) = (Expected + 1, _recalled + (found ? 1 : 0));
    }
}
