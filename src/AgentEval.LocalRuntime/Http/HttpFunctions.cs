using AgentEval.LocalRuntime.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace AgentEval.LocalRuntime.Http;

/// <summary>Answers requests as the real host does: 404 when no function takes route and method, 401 without the key, 500 without a body on an error.</summary>
internal sealed partial class HttpFunctions(
    HttpRouter router, HttpKey key, FunctionRunner runner, ResponseWriter writer, ILogger<HttpFunctions> logger) : IHttpApplication<HttpContext>
{
    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        if (router.Match(context) is not { } match)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (match.Function.Trigger is HttpTriggerAttribute { AuthLevel: not AuthorizationLevel.Anonymous } && !key.IsShownBy(context.Request))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        try
        {
            var result = await RunAsync(match, context);
            await writer.WriteAsync(context, result);
        }
        catch (BadHttpRequestException problem)
        {
            context.Response.StatusCode = problem.StatusCode;
        }
        catch (Exception problem) when (!context.RequestAborted.IsCancellationRequested)
        {
            LogFailed(problem, match.Function.Name);
            Fail(context);
        }
        catch (Exception problem)
        {
            LogClientGone(problem, match.Function.Name);
        }
    }

    private static void Fail(HttpContext context)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
        }
        else
        {
            context.Response.Clear();
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        }
    }

    private async Task<object?> RunAsync(RouteMatch match, HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context.Request, context.RequestAborted);
        LocalHttpRequest? made = null;
        var @event = new FunctionEvent(function => made ??= new LocalHttpRequest(function, context.Request, body))
        {
            BindingData = match.Values,
            TraceParent = context.Request.Headers.TraceParent.ToString(),
            TraceState = context.Request.Headers.TraceState.ToString(),
        };
        return await runner.RunAsync(match.Function, @event, context.RequestAborted);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The function '{Function}' failed")]
    private partial void LogFailed(Exception problem, string function);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The client of '{Function}' went away")]
    private partial void LogClientGone(Exception problem, string function);
}
