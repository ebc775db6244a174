using System.Net;
using AgentEval.Core.Api;

namespace AgentEval.Client;

/// <summary>The service answered, and refused.</summary>
public sealed class AgentEvalApiException : Exception
{
    public AgentEvalApiException(HttpStatusCode status, ApiProblem problem, TimeSpan? retryAfter = null)
        : base(Describe(status, problem))
    {
        Status = status;
        Problem = problem;
        RetryAfter = retryAfter;
    }

    public HttpStatusCode Status { get; }

    /// <summary>What the service says about it; made up from the status when it says nothing (a missing key is answered without a body).</summary>
    public ApiProblem Problem { get; }

    /// <summary>When the service asks to come back, as it does with 429.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>The same request may succeed later: 408, 429 and every 5xx but 501.</summary>
    public bool IsTransient =>
        Status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || ((int)Status >= 500 && Status != HttpStatusCode.NotImplemented);

    private static string Describe(HttpStatusCode status, ApiProblem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        var text = $"{(int)status} {problem.Title}";
        return problem.Detail is null ? text : $"{text}: {problem.Detail}";
    }
}
