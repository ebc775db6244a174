using AgentEval.LocalRuntime.Http;
using AgentEval.LocalRuntime.Queues;
using AgentEval.LocalRuntime.Timers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AgentEval.LocalRuntime.Hosting;

/// <summary>Puts an app and the runtime's parts into one generic host.</summary>
internal static class LocalHost
{
    public static HostApplicationBuilder CreateBuilder(AppSource source, string[]? args)
    {
        var basics = new ConfigurationManager();
        basics.AddInMemoryCollection([new(HostDefaults.EnvironmentKey, Environments.Development), new("hostBuilder:reloadConfigOnChange", "false")]);
        basics.AddEnvironmentVariables("AZURE_FUNCTIONS_");
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings
        {
            Args = args,
            Configuration = basics,
            ContentRootPath = source.Directory,
        });
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = source.Settings.ToConfiguration() });
        AddLogging(builder, HostSettings.Read(source.Directory, builder.Configuration));
        WorkerSerializer.AddDefaults(builder.Services);
        return builder;
    }

    /// <summary>Comes last, so that the app's own hosted services start before the first function runs and stop after the last.</summary>
    public static void AddRuntime(HostApplicationBuilder builder, AppSource source, FunctionPipelineBuilder pipeline)
    {
        var configuration = builder.Configuration;
        var services = builder.Services;
        var options = (configuration.GetSection(LocalRuntimeOptions.Section).Get<LocalRuntimeOptions>() ?? new()) with
        {
            ApiKey = configuration["AgentEval:ApiKey"] is { Length: > 0 } key ? key : null,
        };
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(source);
        services.AddSingleton(options);
        services.AddSingleton(HostSettings.Read(source.Directory, configuration));
        services.AddSingleton(FunctionCatalogue.Discover(source.Types));
        services.AddSingleton(pipeline);
        services.AddSingleton<FunctionRunner>();
        services.AddSingleton<ReadyFile>();
        services.AddSingleton<HttpRouter>().AddSingleton<HttpKey>().AddSingleton<ResponseWriter>().AddSingleton<HttpFunctions>().AddSingleton<HttpServer>();
        services.AddSingleton<IRuntimePart>(provider => provider.GetRequiredService<HttpServer>());
        services.AddSingleton<StorageConnections>();
        services.AddSingleton<DurableClientBinding>().AddSingleton<IInputBinding>(provider => provider.GetRequiredService<DurableClientBinding>());
        services.AddSingleton<DurableFunctionsFactory>().AddSingleton<IRuntimePart, DurableHub>();
        services.AddSingleton<IRuntimePart, QueueTriggers>();
        services.AddSingleton<IRuntimePart, TimerTriggers>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownGrace + TimeSpan.FromSeconds(10));
        services.AddHostedService<RuntimeService>();
    }

    private static void AddLogging(HostApplicationBuilder builder, HostSettings host)
    {
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss ";
        });
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("Azure", LogLevel.Warning);
        foreach (var (category, text) in host.LogLevels)
        {
            var level = Enum.TryParse<LogLevel>(text, ignoreCase: true, out var parsed)
                ? parsed
                : throw new InvalidDataException($"host.json: logging.logLevel.{category} is \"{text}\"; it is one of {string.Join(", ", Enum.GetNames<LogLevel>())}.");
            _ = category == "default" ? builder.Logging.SetMinimumLevel(level) : builder.Logging.AddFilter(category, level);
        }
    }
}
