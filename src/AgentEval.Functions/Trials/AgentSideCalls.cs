using System.Net.Http;
using System.Text.Json.Nodes;
using AgentEval.Core.Suites;
using AgentEval.Core.Traces;
using AgentEval.Functions.Agents;

namespace AgentEval.Functions.Trials;

/// <summary>What is asked of an agent around the talk: to forget what was before, and what it measured itself.</summary>
internal sealed class AgentSideCalls(AgentHttp http, TimeProvider time)
{
    public static readonly TimeSpan MetricsTimeout = TimeSpan.FromSeconds(10);

    private const int MaxBytes = 65_536;
    private const int MaxMetrics = 100;

    /// <summary>Before the first turn, unless the scenario does without.</summary>
    /// <exception cref="AgentException">It failed, so the trial would begin in an unknown state.</exception>
    public async Task ResetAsync(TrialContext context, AgentConversationContext conversation, AgentCaller caller)
    {
        if (context.Agent.ResetUrl is not { } url || context.Scenario.State == StateIsolation.None)
        {
            return;
        }

        try
        {
            var body = new JsonObject { ["session"] = conversation.Session };
            var templates = AgentTemplates.For(conversation, "");
            await caller.CallAsync(turn: null, async cancellationToken =>
            {
                var answer = await http.SendAsync(context.Agent, HttpMethod.Post, url, body, templates, MaxBytes, cancellationToken);
                answer.ThrowUnlessSucceeded();
                return answer;
            });
        }
        catch (AgentException failure) when (failure.Code != AgentErrorCodes.Timeout)
        {
            var message = $"The agent could not be reset before the trial. {failure.Message}";
            throw new AgentException(AgentErrorCodes.ResetFailed, message, innerException: failure);
        }
    }

    /// <summary>After the last turn. A failure is recorded and changes nothing else.</summary>
    public async Task ReadMetricsAsync(TrialContext context, AgentConversationContext conversation, TrialRecorder recorder, CancellationToken stop)
    {
        if (context.Agent.MetricsUrl is not { } url)
        {
            return;
        }

        using var timeout = new CancellationTokenSource(MetricsTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
        var usage = recorder.Event(TraceEventType.Usage);
        try
        {
            var templates = AgentTemplates.For(conversation, "");
            var answer = await http.SendAsync(context.Agent, HttpMethod.Get, url, body: null, templates, MaxBytes, either.Token);
            answer.ThrowUnlessSucceeded();
            usage = answer.Complete && AgentJson.TryParse(answer.Body, out var json) && json is JsonObject metrics
                ? usage with { Data = Numbers(metrics) }
                : usage with { Code = AgentErrorCodes.Answer, Text = $"The agent's metrics are no JSON object: {answer.Describe()}." };
        }
        catch (AgentException failure)
        {
            usage = usage with { Code = failure.Code, Text = failure.Message };
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            usage = usage with { Code = AgentErrorCodes.Timeout, Text = $"The agent's metrics did not come in {MetricsTimeout.TotalSeconds} s." };
        }

        await recorder.RecordAsync(usage);
    }

    private static JsonObject Numbers(JsonObject metrics)
    {
        var numbers = new JsonObject();
        foreach (var (name, value) in metrics.Where(metric => IsNumber(metric.Value)).Take(MaxMetrics))
        {
            numbers[name] = value!.DeepClone();
        }

        return numbers;
    }

    private static bool IsNumber(JsonNode? node) => node is JsonValue value && value.TryGetValue<double>(out var number) && double.IsFinite(number);
}
