using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace AgentEval.LocalRuntime.Durable.Execution;

/// <summary>Loggers that say nothing while their orchestrator replays.</summary>
internal sealed class ReplaySafeLoggers(TaskOrchestrationContext context, ILoggerFactory loggers) : ILoggerFactory
{
    public static ILogger Create(TaskOrchestrationContext context, ILoggerFactory loggers, string category) =>
        new ReplaySafeLogger(context, Unwrap(loggers).CreateLogger(category));

    public static ILogger Create(TaskOrchestrationContext context, ILoggerFactory loggers, Type type) =>
        new ReplaySafeLogger(context, Unwrap(loggers).CreateLogger(type));

    public ILogger CreateLogger(string categoryName) => Create(context, loggers, categoryName);

    public void AddProvider(ILoggerProvider provider) =>
        throw new NotSupportedException("Adding providers to the replay-safe logger factory is not supported.");

    public void Dispose()
    {
    }

    private static ILoggerFactory Unwrap(ILoggerFactory loggers) => loggers is ReplaySafeLoggers safe ? Unwrap(safe.Inner) : loggers;

    private ILoggerFactory Inner => loggers;

    private sealed class ReplaySafeLogger(TaskOrchestrationContext context, ILogger logger) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => logger.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => logger.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!context.IsReplaying)
                logger.Log(logLevel, eventId, state, exception, formatter);
        }
    }
}
