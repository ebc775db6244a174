using System.Text.Json;

namespace AgentEval.SampleAgent.Protocols;

/// <summary>Reads a request's body, whatever its content type says.</summary>
internal static class JsonBody
{
    /// <summary>Of a call that names no session.</summary>
    public const string DefaultSession = "default";

    private const string NoObject = "The body must be a JSON object.";

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        AllowDuplicateProperties = false,
    };

    /// <returns>The body (<paramref name="whenEmpty"/> when nothing was sent), or what is wrong with it.</returns>
    public static async Task<(T? Body, string Problem)> ReadAsync<T>(HttpRequest request, T? whenEmpty = null)
        where T : class
    {
        using var sent = new MemoryStream();
        await request.Body.CopyToAsync(sent, request.HttpContext.RequestAborted);
        if (sent.Length == 0 && whenEmpty is not null)
        {
            return (whenEmpty, "");
        }

        try
        {
            var body = JsonSerializer.Deserialize<T>(sent.GetBuffer().AsSpan(0, (int)sent.Length), Options);
            return (body, body is null ? NoObject : "");
        }
        catch (JsonException exception)
        {
            return (null, exception.Path is { Length: > 1 } path ? $"The body has a wrong value at {path}." : NoObject);
        }
    }
}
