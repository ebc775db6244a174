using System.Net;
using System.Text.Json.Nodes;
using AgentEval.Core.Json;
using AgentEval.Core.Problems;
using AgentEval.Functions.Contracts;
using AgentEval.Functions.Runs;
using AgentEval.Functions.Storage;
using AgentEval.Functions.Triggers.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Triggers;

/// <summary><c>POST /purge</c>: <c>{olderThanDays}</c> or <c>{keepLast}</c>; finished runs only. They are counted here and removed by an orchestration.</summary>
public sealed class PurgeRuns(RunPurges purges, TimeProvider time)
{
    private const string OlderThanDays = "olderThanDays";
    private const string KeepLast = "keepLast";
    private const int Most = 100_000;

    [Function(nameof(PurgeRuns))]
    public Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "purge")] HttpRequestData request,
        [DurableClient] DurableTaskClient client) => request.AnswerAsync(async cancellationToken =>
    {
        var rule = ReadRule(await request.ReadJsonAsync(cancellationToken));
        var view = await purges.CountAsync(rule, cancellationToken);
        await purges.StartAsync(RunIds.Create(time), rule, client, cancellationToken);
        return await request.JsonAsync(HttpStatusCode.Accepted, view);
    });

    private PurgeRule ReadRule(JsonNode body)
    {
        if (body is JsonObject given && given.Select(member => member.Key).FirstOrDefault(key => key is not (OlderThanDays or KeepLast)) is { } unknown)
        {
            throw ApiException.BadRequest(unknown, ProblemCodes.UnknownKey, $"Unknown key '{unknown}'. {NearestWord.Hint(unknown, [OlderThanDays, KeepLast])}");
        }

        if (body is not JsonObject { Count: 1 } rule || rule.Single() is not { Key: OlderThanDays or KeepLast } wish)
        {
            throw ApiException.BadRequest("", ProblemCodes.InvalidValue, $"Send {{\"{OlderThanDays}\": N}} or {{\"{KeepLast}\": N}}, one of the two.");
        }

        if (wish.Value is not JsonValue value || !value.TryGetValue<int>(out var number) || number is < 0 or > Most)
        {
            throw ApiException.BadRequest(wish.Key, ProblemCodes.OutOfRange, $"{wish.Key} must be a whole number from 0 to {Most:N0}.");
        }

        return wish.Key == KeepLast ? new PurgeRule(KeepLast: number) : new PurgeRule(OlderThan: time.GetUtcNow().AddDays(-number));
    }
}
