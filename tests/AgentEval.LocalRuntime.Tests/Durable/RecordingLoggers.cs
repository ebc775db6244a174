using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace AgentEval.LocalRuntime.Tests.Durable;

/// <summary>Keeps the messages of every logger.</summary>
internal sealed partial class RecordingLoggers(ConcurrentQueue<string> messages) : ILoggerFactory, ILogger
{
    [LoggerMessage(1, LogLevel.Information, "{Text}")]
    public static partial void Say(ILogger logger, string text);

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        messages.Enqueue(exception is null ? formatter(state, exception) : $"{formatter(state, exception)} {exception}");
}
