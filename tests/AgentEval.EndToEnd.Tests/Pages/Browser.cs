using Microsoft.Playwright;

namespace AgentEval.EndToEnd.Tests.Pages;

/// <summary>A Chromium of this machine, without a window.</summary>
public sealed class Browser : IAsyncLifetime
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Null: there is none.</summary>
    internal static string? Executable { get; } = Array.Find(Places, File.Exists);

    public async Task InitializeAsync()
    {
        if (Executable is null)
        {
            return;
        }

        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Executable, Args = ["--no-sandbox"] });
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }

    internal async Task<WatchedPage> OpenAsync(string path)
    {
        WatchedPage page = new(await _browser!.NewPageAsync());
        await page.GoAsync(new Uri(path));
        return page;
    }
}

/// <summary>A page, with everything it complained of and asked for.</summary>
internal sealed class WatchedPage
{
    private readonly List<string> _complaints = [];
    private readonly List<string> _requests = [];

    public WatchedPage(IPage page)
    {
        Page = page;
        page.SetDefaultTimeout((float)TimeSpan.FromMinutes(1).TotalMilliseconds);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _complaints.Add(message.Text);
            }
        };
        page.PageError += (_, error) => _complaints.Add(error);
        page.Dialog += async (_, dialog) =>
        {
            _complaints.Add($"a dialog: {dialog.Message}");
            await dialog.DismissAsync();
        };
        page.Request += (_, request) => _requests.Add(request.Url);
    }

    public IPage Page { get; }

    public async Task GoAsync(Uri url)
    {
        await Page.GotoAsync(url.AbsoluteUri);
        _requests.Remove(url.AbsoluteUri);
    }

    /// <summary>Nothing in the console, no request but for the page itself.</summary>
    public void AssertQuiet()
    {
        Assert.Empty(_complaints);
        Assert.Empty(_requests);
    }
}

/// <summary>A fact that needs a browser.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute() => Skip = Browser.Executable is null ? "There is no Chromium on this machine." : null;
}
