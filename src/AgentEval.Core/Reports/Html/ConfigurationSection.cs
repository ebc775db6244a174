using System.Text.Json;
using AgentEval.Core.Json;

namespace AgentEval.Core.Reports.Html;

/// <summary>What one needs to run it again, folded.</summary>
internal static class ConfigurationSection
{
    public static void Write(HtmlWriter html, ReportInput input)
    {
        var result = input.Result;
        using var section = Parts.Section(html, "configuration", "Configuration");
        Folded(html, "Resolved settings", Parts.Json(result.Configuration));
        Folded(html, "Environment", JsonSerializer.Serialize(result.Environment, AgentEvalJson.Indented));
        Folded(html, "Suite and agent", JsonSerializer.Serialize(new { result.Suite, result.Agent, result.Labels }, AgentEvalJson.Indented));
        Folded(html, "All metrics", JsonSerializer.Serialize(result.Metrics, AgentEvalJson.Indented));
    }

    private static void Folded(HtmlWriter html, string title, string json)
    {
        using var details = html.Open("details", ("class", "card fold"));
        html.Element("summary", title).Element("pre", json);
    }
}
