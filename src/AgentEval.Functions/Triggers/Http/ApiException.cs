using System.Net;
using AgentEval.Core.Api;
using AgentEval.Core.Problems;
using static System.FormattableString;

namespace AgentEval.Functions.Triggers.Http;

/// <summary>Ends a request with a problem document.</summary>
internal sealed class ApiException : Exception
{
    public ApiException(ApiProblem problem)
        : base(problem.Detail ?? problem.Title) => Problem = problem;

    private ApiException(HttpStatusCode status, string title, string? detail, ProblemList? problems)
        : base(detail ?? title)
    {
        Problem = new ApiProblem
        {
            Title = title,
            Status = (int)status,
            Detail = detail,
            Errors = problems?.Errors,
            Warnings = problems is { Warnings.Count: > 0 } ? problems.Warnings : null,
        };
    }

    public ApiProblem Problem { get; }

    public static ApiException NotFound(string detail) => new(HttpStatusCode.NotFound, "Not found", detail, null);

    public static ApiException Conflict(string detail) => new(HttpStatusCode.Conflict, "Conflict", detail, null);

    /// <param name="takes">Bytes of the document as JSON without white space.</param>
    /// <param name="most">Bytes that can be stored.</param>
    public static ApiException NotStorable(long takes, long most) => new(
        HttpStatusCode.RequestEntityTooLarge, "Body too large", Invariant($"The document takes {takes:N0} bytes as JSON; at most {most:N0} can be stored."), null);

    public static ApiException LengthRequired() => new(
        HttpStatusCode.LengthRequired, "Length required", "Send the body with a Content-Length header; a chunked body does not arrive.", null);

    public static ApiException TooLarge(long most) => new(
        HttpStatusCode.RequestEntityTooLarge, "Body too large", Invariant($"The body may have {most:N0} bytes at most."), null);

    /// <param name="what">What this version cannot do, with its route.</param>
    public static ApiException NotAvailable(string what) => new(
        HttpStatusCode.NotFound, "Not available in this version", $"{what} is not available in this version.", null);

    public static ApiException UnsupportedMediaType(string accepted) => new(
        HttpStatusCode.UnsupportedMediaType, "Unsupported media type", $"Send the body as {accepted} (header Content-Type).", null);

    public static ApiException BadRequest(ProblemList problems) => new(HttpStatusCode.BadRequest, "Invalid request", null, problems);

    public static ApiException BadRequest(string path, string code, string message)
    {
        var problems = new ProblemList();
        problems.Error(path, code, message);
        return BadRequest(problems);
    }
}
