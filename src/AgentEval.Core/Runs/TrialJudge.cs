using System.Text.Json.Nodes;
using AgentEval.Core.Agents;
using AgentEval.Core.Scoring;
using AgentEval.Core.Traces;
using AgentEval.Core.Validators;

namespace AgentEval.Core.Runs;

/// <summary>
/// Makes a trial's result from its trace: the one piece of scoring, used while a trial ends, when its shard is validated and when a recorded
/// run is judged again. Pure: the same input gives the same result. A trial whose texts are withheld is judged once, when it ends; its trace
/// holds that judgement.
/// </summary>
public static class TrialJudge
{
    private const string UnmetExpectation = "unmetExpectation";

    public static JudgedTrial Judge(JudgeInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (KeptJudgement.FindIn(input.Events) is { } kept)
        {
            return kept;
        }

        var judged = JudgeTexts(input);
        return input.Settings.Execution.CaptureOutput ? judged : WithheldTexts.Of(judged);
    }

    private static JudgedTrial JudgeTexts(JudgeInput input)
    {
        var attempts = input.Events.Count == 0 ? 0 : input.Events.Max(item => item.Attempt);
        var events = input.Events.Where(item => item.Attempt == attempts).ToList();
        var validators = TrialValidators.Create(input.Scenario, input.Suite, input.Settings.Validators, input.Planned.TrialId);
        var violations = events.SelectMany(validators.Examine).ToList();
        var transcript = Transcript.From(events);
        var usage = UsageOf(events, input.Prices);
        var ended = TrialEnd.Of(events, transcript);
        var score = ended.HasScore ? TrialScorer.Score(input.Scenario, input.Suite, transcript, usage.CostUsd) : null;
        var trial = Describe(input, events, transcript) with
        {
            Status = score is null ? ended.Status : score.Passed ? TrialStatus.Passed : TrialStatus.Failed,
            Score = score?.Score,
            Criteria = score?.Criteria ?? [],
            Error = ended.Error ?? NoAnswer(score),
            Deviations = DeviationsOf(input, events, transcript),
            Usage = usage,
            TokensPerSecond = transcript.AgentSeconds is > 0 and var seconds && usage.OutputTokens > 0 ? usage.OutputTokens / seconds : null,
            Attempts = attempts,
            Violations = violations.Count,
        };
        return new JudgedTrial(trial, violations, validators.EventsExamined);
    }

    private static TrialResult Describe(JudgeInput input, List<TraceEvent> events, Transcript transcript)
    {
        var scenario = input.Scenario;
        var answer = events.FindLast(item => item.Type == TraceEventType.AgentResponse);
        var finished = events.FindLast(item => item.Type == TraceEventType.TrialFinished);
        var (start, end) = events.Count == 0 ? ((DateTimeOffset?)null, (DateTimeOffset?)null) : (events[0].At, (finished ?? events[^1]).At);
        return new TrialResult
        {
            TrialId = input.Planned.TrialId,
            ScenarioId = scenario.Id,
            Name = scenario.Name,
            Category = scenario.Category,
            Difficulty = scenario.Difficulty,
            Tags = scenario.Tags,
            Epoch = input.Planned.Epoch,
            Attack = input.Planned.Attack,
            Status = TrialStatus.Pending,
            PassThreshold = TrialScorer.PassThresholdOf(scenario, input.Suite),
            Input = InputOf(input, transcript),
            Output = transcript.Output,
            OutputTruncated = answer?.Truncated == true,
            RawResponse = input.Settings.Execution.SaveRawResponses ? answer?.Data?.DeepClone() : null,
            StartedAt = start,
            FinishedAt = end,
            Seconds = finished?.Seconds ?? (end - start)?.TotalSeconds,
            AgentMetrics = AgentMetricsOf(events),
            AgentCalls = events.Count(item => item.Type is TraceEventType.AgentRequest or TraceEventType.Retry),
            ToolCalls = events.Count(item => item.Type == TraceEventType.ToolCall),
            Events = events.Count,
            Injections = events.Count(item => item.Type == TraceEventType.Injection),
            Seed = input.Planned.Seed,
        };
    }

    private static JsonNode? InputOf(JudgeInput input, Transcript transcript)
    {
        if (input.Scenario.Input is { } given)
        {
            return given.DeepClone();
        }

        var turns = input.Scenario.Turns;
        string Said(int number) => transcript.Turns.FirstOrDefault(turn => turn.Number == number)?.User ?? turns[number].User;
        return turns.Count == 1 ? JsonValue.Create(Said(0)) : new JsonArray([.. turns.Select((_, number) => JsonValue.Create(Said(number)))]);
    }

    private static TokenUsage UsageOf(List<TraceEvent> events, AgentPrices? prices)
    {
        var (input, output, estimated) = (0L, 0L, false);
        foreach (var item in events.Where(item => item.Type == TraceEventType.AgentResponse))
        {
            input += item.InputTokens ?? 0;
            output += item.OutputTokens ?? 0;
            estimated |= item.Estimated == true;
        }

        const decimal Million = 1_000_000m;
        var cost = prices is null ? (decimal?)null : ((input * prices.InputPerMillion) + (output * prices.OutputPerMillion)) / Million;
        return new TokenUsage(input, output, estimated, cost);
    }

    private static Dictionary<string, double> AgentMetricsOf(List<TraceEvent> events)
    {
        var metrics = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var (name, value) in events.FindLast(item => item.Type == TraceEventType.Usage)?.Data as JsonObject ?? [])
        {
            if (Json.Numbers.TryRead(value, out var number))
            {
                metrics[name] = number;
            }
        }

        return metrics;
    }

    /// <summary>Expectations are judged again, so that a rescored trial does not carry the old ones; the rest is as recorded.</summary>
    private static List<Deviation> DeviationsOf(JudgeInput input, List<TraceEvent> events, Transcript transcript)
    {
        var recorded = events
            .Where(item => item.Type == TraceEventType.Deviation && item.Code != UnmetExpectation)
            .Select(item => new Deviation(item.Turn ?? 0, item.Code ?? "", item.Text ?? ""));
        var unmet = transcript.Turns
            .Where(turn => turn.Output is not null && turn.Number >= 0 && turn.Number < input.Scenario.Turns.Count)
            .SelectMany(turn => TrialScorer.EvaluateExpect(input.Scenario.Turns[turn.Number], turn.Number, turn.ToContext())
                .Where(result => !result.Passed)
                .Select(result => new Deviation(turn.Number, UnmetExpectation, $"{result.Name}: {result.Reason}")));
        return [.. recorded.Concat(unmet).OrderBy(deviation => deviation.Turn)];
    }

    private static TrialError? NoAnswer(TrialScore? score) =>
        score is { Score: null, Passed: false } ? new TrialError("agentAnswer", "The agent's last answer is empty, and nothing else judges the trial.") : null;
}
