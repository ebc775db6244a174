using System.Collections.Frozen;
using System.Globalization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AgentEval.LocalRuntime.Hosting;

/// <summary>Executes functions through the app's middleware, within the host's time limit.</summary>
internal sealed partial class FunctionRunner : IDisposable
{
    private readonly IServiceScopeFactory _scopes;
    private readonly FunctionExecutionDelegate _pipeline;
    private readonly FrozenDictionary<LocalFunction, Func<LocalFunctionContext, object?[]>> _binders;
    private readonly HostSettings _host;
    private readonly TimeProvider _time;
    private readonly ILogger<FunctionRunner> _logger;
    private readonly RunningFunctions _running = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly long _started;
    private long _invocations;

    public FunctionRunner(
        FunctionCatalogue catalogue, FunctionPipelineBuilder pipeline, IEnumerable<IInputBinding> inputs, HostSettings host,
        IServiceScopeFactory scopes, TimeProvider time, ILogger<FunctionRunner> logger)
    {
        _binders = catalogue.Functions.ToFrozenDictionary(f => f, f => ParameterBinder.For(f, inputs));
        _pipeline = pipeline.Build(ExecuteAsync);
        _host = host;
        _scopes = scopes;
        _time = time;
        _started = time.GetUtcNow().ToUnixTimeMilliseconds();
        _logger = logger;
    }

    /// <summary>Returns what the function returned, or throws what it threw.</summary>
    /// <exception cref="FunctionTimeoutException">It ran over <c>functionTimeout</c>; its token is cancelled, and what it still does is not waited for.</exception>
    public async Task<object?> RunAsync(LocalFunction function, FunctionEvent @event, CancellationToken cancellationToken)
    {
        var cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
        var execution = RunInScopeAsync(function, @event, cancellation.Token);
        try
        {
            return _host.FunctionTimeout is { } limit ? await execution.WaitAsync(limit, _time, CancellationToken.None) : await execution;
        }
        catch (TimeoutException) when (!execution.IsCompleted)
        {
            await cancellation.CancelAsync();
            throw new FunctionTimeoutException(function.Name, _host.FunctionTimeout!.Value);
        }
        finally
        {
            if (execution.IsCompleted)
            {
                cancellation.Dispose();
            }
            else
            {
                _ = ForgetAsync(function.Name, execution, cancellation);
            }
        }
    }

    /// <summary>Cancels the tokens of what runs and of what may still start.</summary>
    public void Cancel()
    {
        if (_running.Count > 0)
        {
            LogCancelling(_running.Count);
        }

        _stopping.Cancel();
    }

    /// <summary>Completes when nothing runs, at the latest after <paramref name="limit"/>.</summary>
    public Task WhenIdleAsync(TimeSpan limit) => _running.WhenNoneAsync(limit, _time);

    public void Dispose() => _stopping.Dispose();

    private async Task<object?> RunInScopeAsync(LocalFunction function, FunctionEvent @event, CancellationToken cancellationToken)
    {
        using var running = _running.Enter();
        await using var scope = _scopes.CreateAsyncScope();
        var id = string.Create(CultureInfo.InvariantCulture, $"{_started:x}-{Interlocked.Increment(ref _invocations)}");
        var context = new LocalFunctionContext(function, @event, id, scope.ServiceProvider, cancellationToken);
        LogExecuting(function.Name, id);
        await _pipeline(context);
        LogExecuted(function.Name, id);
        return context.Outcome.Value;
    }

    private async Task ExecuteAsync(FunctionContext context)
    {
        var local = (LocalFunctionContext)context;
        var arguments = _binders[local.Function](local);
        local.Outcome.Value = await local.Function.CallAsync(local.InstanceServices, arguments);
    }

    private async Task ForgetAsync(string name, Task execution, CancellationTokenSource cancellation)
    {
        try
        {
            await execution;
        }
        catch (Exception problem)
        {
            LogEndedLate(problem, name);
        }
        finally
        {
            cancellation.Dispose();
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Executing 'Functions.{Function}' (Id={Id})")]
    private partial void LogExecuting(string function, string id);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Executed 'Functions.{Function}' (Id={Id})")]
    private partial void LogExecuted(string function, string id);

    [LoggerMessage(Level = LogLevel.Debug, Message = "'{Function}' ended with an error after its time was up")]
    private partial void LogEndedLate(Exception problem, string function);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The grace is over with {Count} functions running; cancelling them")]
    private partial void LogCancelling(int count);
}

/// <summary>A function ran over the host's <c>functionTimeout</c>.</summary>
internal sealed class FunctionTimeoutException(string function, TimeSpan limit)
    : TimeoutException($"Timeout value of {limit} exceeded by function '{function}'.");
