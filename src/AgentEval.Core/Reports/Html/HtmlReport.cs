using System.Security.Cryptography;
using System.Text;
using AgentEval.Core.Json;

namespace AgentEval.Core.Reports.Html;

/// <summary>
/// One file that needs nothing else: styles and script stand in it, and its policy lets the browser run exactly these and fetch nothing.
/// Without scripts everything is there but filters and the choice of colours.
/// </summary>
internal sealed class HtmlReport : IReportFormat
{
    private static readonly string Style = Resource("report.css");
    private static readonly string Script = Resource("report.js");
    private static readonly string Policy =
        $"default-src 'none'; style-src '{Hash(Style)}'; script-src '{Hash(Script)}'; base-uri 'none'; form-action 'none'";

    public string Name => "html";

    public string ContentType => "text/html; charset=utf-8";

    public string FileName => "report.html";

    public string Write(ReportInput input)
    {
        var html = new HtmlWriter();
        html.Literal("<!doctype html>\n");
        using (html.Open("html", ("lang", "en")))
        {
            WriteHead(html, input);
            WriteBody(html, input);
        }

        return html.Literal("\n").Finish();
    }

    private static void WriteHead(HtmlWriter html, ReportInput input)
    {
        using var head = html.Open("head");
        html.Void("meta", ("charset", "utf-8"));
        html.Void("meta", ("http-equiv", "Content-Security-Policy"), ("content", Policy));
        html.Void("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"));
        html.Void("meta", ("name", "color-scheme"), ("content", "light dark"));
        html.Void("meta", ("name", "referrer"), ("content", "no-referrer"));
        html.Element("title", $"{input.Result.Suite.Name}: {input.Result.Verdict?.Word() ?? input.Result.Status.Word()} · AgentEval");
        html.Literal("<style>").Literal(Style).Literal("</style>");
    }

    private static void WriteBody(HtmlWriter html, ReportInput input)
    {
        using var body = html.Open("body");
        html.Element("a", "Skip to the results", ("class", "skip"), ("href", "#main"));
        Banner.Write(html, input);
        using (html.Open("main", ("id", "main")))
        {
            GateSection.Write(html, input);
            MetricsSection.Write(html, input);
            GroupsSection.Write(html, input);
            ScenarioSection.Write(html, input);
            TrialSection.Write(html, input);
            ViolationSection.Write(html, input);
            ConfigurationSection.Write(html, input);
        }

        WriteFoot(html, input);
        html.Literal("<script>").Literal(Script).Literal("</script>");
    }

    private static void WriteFoot(HtmlWriter html, ReportInput input)
    {
        using var foot = html.Open("footer");
        html.Text($"AgentEval {input.Result.Environment.App} · run {input.Result.RunId} · {Figures.Time(input.Result.FinishedAt)}");
    }

    private static string Hash(string text) => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Resource(string name)
    {
        using var stream = typeof(HtmlReport).Assembly.GetManifestResourceStream($"{typeof(HtmlReport).Namespace}.{name}")
            ?? throw new InvalidOperationException($"The assembly has no resource {name}.");
        using var reader = new StreamReader(stream, Encoding.UTF8);

        // Browsers hash what they parse, and parsing turns every line end into a line feed.
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
