using System.Globalization;
using System.Net;
using System.Text.Json;
using AgentEval.Core.Api;
using AgentEval.Core.Json;
using AgentEval.Functions.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.Logging;

namespace AgentEval.Functions.Triggers.Http;

/// <summary>How every route answers: JSON, or a problem document that names what is wrong and how to mend it.</summary>
internal static partial class ApiAnswers
{
    private const string Json = "application/json; charset=utf-8";
    private const string ProblemJson = "application/problem+json; charset=utf-8";
    private const int RetryAfterSeconds = 5;

    private static readonly ApiProblem StorageUnavailable = new()
    {
        Title = "Storage unavailable",
        Status = (int)HttpStatusCode.ServiceUnavailable,
        Detail = "The storage account did not answer as it should. Nothing was lost; try again.",
    };

    private static readonly ApiProblem NotStorable = new()
    {
        Title = "Invalid request",
        Status = (int)HttpStatusCode.BadRequest,
        Detail = "The storage account refuses a value of this request: a cursor that this API did not give, or a text that is too long.",
    };

    private static readonly ApiProblem Ended = new()
    {
        Title = "Request ended",
        Status = (int)HttpStatusCode.ServiceUnavailable,
        Detail = "The request was ended before its answer was ready; try again.",
    };

    private static readonly ApiProblem Unforeseen = new()
    {
        Title = "Internal error",
        Status = (int)HttpStatusCode.InternalServerError,
        Detail = "The app met something it was not made for. Its log says what.",
    };

    /// <summary>
    /// Runs the body of a route. Trouble of the storage account or of the host becomes <c>503</c>; what nobody foresaw is logged and answered with
    /// <c>500</c>, without its inner workings. A client that goes away is no trouble: the answer nobody reads is for those whose request the host ended.
    /// </summary>
    /// <remarks>
    /// The token comes from the context. As a parameter of the function the host would fill it with what a caller sends under its name, in the query or the body.
    /// </remarks>
    public static async Task<HttpResponseData> AnswerAsync(this HttpRequestData request, Func<CancellationToken, Task<HttpResponseData>> route)
    {
        var cancellationToken = request.FunctionContext.CancellationToken;
        try
        {
            return await route(cancellationToken);
        }
        catch (ApiException refused)
        {
            return await request.ProblemAsync(refused.Problem);
        }
        catch (StoredDocumentMissingException)
        {
            return await request.ProblemAsync(ApiException.NotFound("What was asked for has just been deleted.").Problem);
        }
        catch (Exception failure) when (Outages.IsRefusedValue(failure))
        {
            return await request.ProblemAsync(NotStorable);
        }
        catch (Exception failure) when (Outages.IsEnded(failure, cancellationToken))
        {
            LogEnded(request.Logger(), request.Method, request.Url.AbsolutePath, failure.Message);
            return await request.ProblemAsync(Ended);
        }
        catch (Exception failure) when (Outages.IsOutage(failure))
        {
            LogOutage(request.Logger(), request.Method, request.Url.AbsolutePath, failure);
            return await request.ProblemAsync(StorageUnavailable);
        }
        catch (Exception failure)
        {
            LogUnforeseen(request.Logger(), request.Method, request.Url.AbsolutePath, failure);
            return await request.ProblemAsync(Unforeseen);
        }
    }

    /// <param name="request">Of a route that is still to come.</param>
    /// <param name="what">The part, with its route.</param>
    public static Task<HttpResponseData> NotAvailableAsync(this HttpRequestData request, string what) =>
        request.ProblemAsync(ApiException.NotAvailable(what).Problem);

    public static async Task<HttpResponseData> JsonAsync<T>(this HttpRequestData request, HttpStatusCode status, T document)
    {
        var response = request.CreateResponse();
        response.StatusCode = status;
        response.Headers.Add("Content-Type", Json);
        await JsonSerializer.SerializeAsync(response.Body, document, AgentEvalJson.Options);
        return response;
    }

    public static async Task<HttpResponseData> ContentAsync(this HttpRequestData request, string contentType, ReadOnlyMemory<byte> content)
    {
        var response = request.CreateResponse();
        response.StatusCode = HttpStatusCode.OK;
        response.Headers.Add("Content-Type", contentType);
        response.Headers.Add("X-Content-Type-Options", "nosniff");
        await response.Body.WriteAsync(content);
        return response;
    }

    /// <summary>With <c>Retry-After</c> where trying again later may help.</summary>
    public static async Task<HttpResponseData> ProblemAsync(this HttpRequestData request, ApiProblem problem)
    {
        var response = request.CreateResponse();
        response.StatusCode = (HttpStatusCode)problem.Status;
        response.Headers.Add("Content-Type", ProblemJson);
        if (response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable)
        {
            response.Headers.Add("Retry-After", RetryAfterSeconds.ToString(CultureInfo.InvariantCulture));
        }

        await JsonSerializer.SerializeAsync(response.Body, problem, AgentEvalJson.Options);
        return response;
    }

    public static HttpResponseData NoContent(this HttpRequestData request)
    {
        var response = request.CreateResponse();
        response.StatusCode = HttpStatusCode.NoContent;
        return response;
    }

    private static ILogger Logger(this HttpRequestData request) => request.FunctionContext.GetLogger("AgentEval.Api");

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Method} {Path}: the request ended before its answer: {Reason}")]
    private static partial void LogEnded(ILogger logger, string method, string path, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path}: the storage account or the host failed")]
    private static partial void LogOutage(ILogger logger, string method, string path, Exception failure);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path}: unforeseen")]
    private static partial void LogUnforeseen(ILogger logger, string method, string path, Exception failure);
}
