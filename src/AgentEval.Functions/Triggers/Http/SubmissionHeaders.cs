using AgentEval.Core.Problems;
using Microsoft.Azure.Functions.Worker.Http;

namespace AgentEval.Functions.Triggers.Http;

/// <summary>Headers of what is submitted.</summary>
internal static class SubmissionHeaders
{
    private const int MaxKeyLength = 200;

    /// <summary>Null: none was sent.</summary>
    /// <exception cref="ApiException">400: it is too long.</exception>
    public static string? IdempotencyKey(this HttpRequestData request)
    {
        var key = request.Header("Idempotency-Key");
        return key is { Length: > MaxKeyLength }
            ? throw ApiException.BadRequest("Idempotency-Key", ProblemCodes.TooLarge, $"An Idempotency-Key has at most {MaxKeyLength} characters.")
            : key;
    }

    /// <summary><c>cli</c> or <c>http</c>.</summary>
    public static string Initiator(this HttpRequestData request) => request.Header("X-AgentEval-Initiator") is "cli" ? "cli" : "http";
}
