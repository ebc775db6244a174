using System.Reflection;

namespace AgentEval.LocalRuntime.Hosting;

/// <summary>What an app is made of: the types whose functions it has, and the folder of its <c>host.json</c>.</summary>
internal sealed record AppSource(IReadOnlyList<Type> Types, string Directory, LocalSettingsFile Settings)
{
    /// <summary>Identifies the app where processes share what they store: locks and timer statuses.</summary>
    public required string Id { get; init; }

    public static AppSource Of(Assembly app, LocalSettingsFile settings) =>
        new(app.GetTypes(), AppContext.BaseDirectory, settings) { Id = app.GetName().Name!.ToLowerInvariant() };
}
