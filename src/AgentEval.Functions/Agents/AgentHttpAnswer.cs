using System.Net.Http.Headers;

namespace AgentEval.Functions.Agents;

/// <param name="Status">The HTTP status.</param>
/// <param name="MediaType">As the agent says; null: it does not.</param>
/// <param name="Body">The start of the body, up to the bound.</param>
/// <param name="Complete">False: there was more, and it was not read.</param>
/// <param name="Broken">Why the rest could not be read; null: it was left unread.</param>
/// <param name="RetryAfter">The pause the agent asks for.</param>
/// <param name="Location">Of a redirect.</param>
internal sealed record AgentHttpAnswer(int Status, string? MediaType, string Body, bool Complete, AgentException? Broken, TimeSpan? RetryAfter, Uri? Location)
{
    public bool Succeeded => Status is >= 200 and < 300;

    public bool Retryable => Status is 429 or >= 500;

    /// <summary>Why an answer of which only the start is known has no output.</summary>
    public AgentException Unread() =>
        Broken ?? new AgentException(AgentErrorCodes.Answer, $"The agent's answer is larger than what is read of it: {Describe()}.");

    /// <summary>What came, for a message: status, content type, the first 200 characters.</summary>
    public string Describe() =>
        $"status {Status}, {MediaType ?? "no content type"}, {(Body.Length == 0 ? "an empty body" : $"\"{AgentText.Excerpt(Body)}\"")}";

    /// <summary>Throws for a connection that broke and for any status but 2xx.</summary>
    /// <param name="reason">What the agent itself says about it.</param>
    public void ThrowUnlessSucceeded(string? reason = null)
    {
        if (Broken is not null)
        {
            throw Broken;
        }

        if (Succeeded)
        {
            return;
        }

        var message = Location is not null
            ? $"The agent redirects (status {Status}) to {Location.GetLeftPart(UriPartial.Path)}; " +
                "redirects are not followed, put that address into the agent file."
            : reason is not null ? $"The agent answered with status {Status}: {AgentText.Excerpt(reason)}"
            : $"The agent answered with {Describe()}.";
        throw new AgentException(AgentErrorCodes.Status, message, Retryable, RetryAfter);
    }

    public static TimeSpan? ReadRetryAfter(RetryConditionHeaderValue? header, DateTimeOffset now)
    {
        var pause = header?.Delta ?? (header?.Date is { } date ? date - now : null);
        return pause is { } asked ? TimeSpan.FromTicks(Math.Max(0, asked.Ticks)) : null;
    }
}
