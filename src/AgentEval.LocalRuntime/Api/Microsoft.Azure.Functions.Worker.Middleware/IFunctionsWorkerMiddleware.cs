namespace Microsoft.Azure.Functions.Worker.Middleware;

/// <summary>Runs around every execution of a function; a singleton.</summary>
public interface IFunctionsWorkerMiddleware
{
    Task Invoke(FunctionContext context, FunctionExecutionDelegate next);
}

public delegate Task FunctionExecutionDelegate(FunctionContext context);
