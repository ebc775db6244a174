using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace AgentEval.EndToEnd.Tests.Harness;

/// <summary>An answer of the API, after what must hold of every answer was looked at: no server error, no inside of the program.</summary>
internal sealed record Answer(HttpStatusCode Status, string? MediaType, string Body, IReadOnlyDictionary<string, string> Headers)
{
    private static readonly string[] Insides = ["   at ", "System.", "Exception", "StackTrace"];

    public JsonNode Json => JsonNode.Parse(Body)!;

    /// <summary>The codes of the problems, by path.</summary>
    public IReadOnlyList<(string Path, string Code)> Problems =>
        [.. (Json["errors"]?.AsArray() ?? []).Select(problem => ((string)problem!["path"]!, (string)problem["code"]!))];

    public static Task<Answer> GetAsync(HttpClient http, string route) => SendAsync(http, HttpMethod.Get, route);

    public static Task<Answer> SendJsonAsync(HttpClient http, HttpMethod method, string route, JsonNode body, params (string Name, string Value)[] headers) =>
        SendAsync(http, method, route, new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"), headers);

    public static async Task<Answer> SendAsync(
        HttpClient http, HttpMethod method, string route, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using HttpRequestMessage request = new(method, route) { Content = content };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await http.SendAsync(request);
        Answer answer = new(
            response.StatusCode,
            response.Content.Headers.ContentType?.MediaType,
            await response.Content.ReadAsStringAsync(),
            response.Headers.ToDictionary(header => header.Key, header => string.Join(',', header.Value)));
        Assert.True((int)answer.Status < 500, $"{method} {route}: {answer}");
        if ((int)answer.Status >= 400)
        {
            Assert.All(Insides, inside => Assert.DoesNotContain(inside, answer.Body, StringComparison.Ordinal));
        }

        return answer;
    }

    public override string ToString() => $"{(int)Status} {MediaType} {(Body.Length <= 2_000 ? Body : Body[..2_000] + " …")}";

    /// <summary>A problem document that says what is wrong.</summary>
    public Answer AssertProblem(HttpStatusCode status)
    {
        Assert.True(status == Status, $"Not {status}: {this}");
        Assert.Equal("application/problem+json", MediaType);
        Assert.Equal((int)status, (int)Json["status"]!);
        Assert.True(Json["detail"] is not null || Json["errors"] is JsonArray { Count: > 0 }, Body);
        return this;
    }
}
