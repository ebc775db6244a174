using AgentEval.SampleAgent.Bot;
using AgentEval.SampleAgent.Protocols;

namespace AgentEval.SampleAgent;

/// <summary>The agent as a web app on the loopback interface; every app has its own orders, sessions and call numbers.</summary>
internal static class SampleAgentApp
{
    public const int MaxBodyBytes = 4 * 1024 * 1024;

    public static WebApplication Build(SampleAgentOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder();
        // That it does not start is thrown as well, and told by whoever starts it.
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        builder.WebHost.UseUrls($"http://127.0.0.1:{options.Port}").ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = MaxBodyBytes);
        builder.Services.AddSingleton<CallCounter>();
        builder.Services.AddSingleton(new ChatSessions());

        var app = builder.Build();
        app.MapChat(options.Model);
        app.MapChatCompletions(options.Model);
        app.MapState();
        return app;
    }
}
