using System.Collections.Concurrent;
using AgentEval.LocalRuntime.Hosting;
using AgentEval.LocalRuntime.Http;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AgentEval.LocalRuntime.Tests.Hosting;

/// <summary>An app with the functions of chosen types, on a free port, in a folder of its own.</summary>
internal sealed class RunningApp : IAsyncDisposable
{
    private RunningApp(IHost host, string directory, LogLines log)
    {
        Host = host;
        Directory = directory;
        Log = log;
        Client = new HttpClient { BaseAddress = host.Services.GetRequiredService<HttpServer>().BaseUrl };
    }

    public IHost Host { get; }

    public string Directory { get; }

    public LogLines Log { get; }

    public HttpClient Client { get; }

    public static FunctionsApplicationBuilder CreateBuilder(string directory, IReadOnlyList<Type> functions, params string[] args)
    {
        var source = new AppSource(functions, directory, LocalSettingsFile.Read(directory)) { Id = Path.GetFileName(directory).ToLowerInvariant() };
        return new FunctionsApplicationBuilder(source, ["--LocalRuntime:Port=0", .. args]);
    }

    public static string CreateDirectory(string? hostJson = null, string? localSettings = null)
    {
        var directory = System.IO.Directory.CreateTempSubdirectory("agenteval-app-").FullName;
        if (hostJson is not null)
        {
            File.WriteAllText(Path.Combine(directory, "host.json"), hostJson);
        }

        if (localSettings is not null)
        {
            File.WriteAllText(Path.Combine(directory, LocalSettingsFile.FileName), localSettings);
        }

        return directory;
    }

    public static async Task<RunningApp> StartAsync(
        Type[] functions, string? hostJson = null, string? localSettings = null, Action<FunctionsApplicationBuilder>? configure = null,
        string? directory = null, params string[] args)
    {
        directory ??= CreateDirectory(hostJson, localSettings);
        var log = new LogLines();
        var builder = CreateBuilder(directory, functions, args);
        builder.Logging.ClearProviders().AddProvider(log);
        configure?.Invoke(builder);
        var host = builder.Build();
        await host.StartAsync();
        return new RunningApp(host, directory, log);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Host.StopAsync();
        Host.Dispose();
        if (System.IO.Directory.Exists(Directory))
        {
            System.IO.Directory.Delete(Directory, recursive: true);
        }
    }
}

/// <summary>What was logged, as <c>Level Message Exception</c>.</summary>
internal sealed class LogLines : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyCollection<string> Lines => _lines;

    public ILogger CreateLogger(string categoryName) => new Writer(_lines);

    public void Dispose()
    {
    }

    private sealed class Writer(ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel} {formatter(state, exception)} {exception}");
    }
}
