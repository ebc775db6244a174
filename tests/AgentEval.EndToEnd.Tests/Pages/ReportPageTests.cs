using System.Text.Json.Nodes;
using AgentEval.Client;
using AgentEval.EndToEnd.Tests.Harness;
using static Microsoft.Playwright.Assertions;

namespace AgentEval.EndToEnd.Tests.Pages;

/// <summary>The HTML report of a real run in a real browser; whatever a suite or an agent says stays text.</summary>
[Collection(ServedHostGroup.Name)]
public sealed class ReportPageTests(ServedHost served, Browser browser) : IClassFixture<Browser>
{
    private static readonly string[] Hostile =
    [
        "<script>window.hacked=1</script>",
        "</script><script>window.hacked=2</script>",
        "<img src=x onerror=window.hacked=3>",
        "\"><svg onload=window.hacked=4>",
        "'-alert(5)-'",
        "javascript:window.hacked=6",
        "<iframe srcdoc=\"<script>parent.hacked=7</script>\"></iframe>",
        "<style>@import url(http://127.0.0.1:9/x)</style><link rel=stylesheet href=http://127.0.0.1:9/y>",
        "<!--", "]]>", "{{constructor.constructor('window.hacked=8')()}}", "\u202Egnp.exe\u202C \u0000 \uFEFF",
    ];

    [BrowserFact]
    public async Task Report_OfHostileTexts_ShowsThemAndRunsNone()
    {
        var page = await OpenReportAsync();

        Assert.False(await page.Page.EvaluateAsync<bool>("'hacked' in window"));
        Assert.Equal(1, await page.Page.Locator("script").CountAsync());
        Assert.Equal(0, await page.Page.Locator("iframe, img, link[rel=stylesheet]").CountAsync());
        await Expect(page.Page.Locator("body")).ToContainTextAsync("<script>window.hacked=1</script>", new() { UseInnerText = false });
        foreach (var trial in await page.Page.Locator("details").AllAsync())
        {
            await trial.EvaluateAsync("one => one.open = true");
        }

        Assert.False(await page.Page.EvaluateAsync<bool>("'hacked' in window"));
        page.AssertQuiet();
    }

    [BrowserFact]
    public async Task Report_Filtered_ShowsWhatFitsAndUnfoldsTraces()
    {
        var page = await OpenReportAsync();
        var trials = page.Page.Locator("details.trial");
        var all = await trials.CountAsync();
        Assert.Equal(Hostile.Length + 2, all);

        await page.Page.Locator("button[data-filter=failed]").ClickAsync();
        await Expect(page.Page.Locator("details.trial:visible")).ToHaveCountAsync(1);
        await Expect(page.Page.Locator("#found")).ToHaveTextAsync($"1 of {all} trials");
        await page.Page.Locator("button[data-filter=failed]").ClickAsync();
        await page.Page.Locator("#search").FillAsync("the plain one");
        await Expect(page.Page.Locator("details.trial:visible")).ToHaveCountAsync(1);

        var plain = page.Page.Locator("details.trial:visible");
        await plain.Locator(":scope > summary").ClickAsync();
        var trace = plain.Locator("details.trace");
        await Expect(trace.Locator("ol.chat")).ToBeHiddenAsync();
        await trace.Locator("summary").ClickAsync();
        await Expect(trace.Locator("ol.chat")).ToBeVisibleAsync();
        await Expect(trace.Locator("ol.chat")).ToContainTextAsync("You asked: plain words");
        page.AssertQuiet();
    }

    private async Task<WatchedPage> OpenReportAsync()
    {
        var client = served.Host.Client;
        var run = await client.CreateAndRunAsync(new RunSubmission { Suite = Suite(served.Name("hostile")), Agent = served.Agent.Spec() }).WaitAsync(Patience.Limit);
        var path = served.Workspace.In($"{run.RunId}.html");
        await File.WriteAllBytesAsync(path, await client.GetReportAsync(run.RunId, ReportFormat.Html));
        return await browser.OpenAsync(path);
    }

    private static JsonObject Suite(string name) => new()
    {
        ["suite"] = name,
        ["version"] = "1",
        ["description"] = Hostile[1],
        ["scenarios"] = new JsonArray(
        [
            .. Hostile.Select((text, index) => Scenario($"hostile-{index}", text, text, "You asked")),
            Scenario("plain", "the plain one", "plain words", "plain words"),
            Scenario("failing", "the failing one", "plain words", "something else"),
        ]),
    };

    private static JsonObject Scenario(string id, string name, string input, string expected) => new()
    {
        ["id"] = id,
        ["name"] = name.Replace("\0", "", StringComparison.Ordinal),
        ["input"] = input,
        ["criteria"] = new JsonArray(new JsonObject { ["contains"] = expected }),
    };
}
