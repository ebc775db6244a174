using System.Text.Json;
using System.Text.Json.Nodes;
using AgentEval.Core.Criteria;
using AgentEval.Core.Json;
using AgentEval.Core.Scoring;
using AgentEval.Core.Suites;
using AgentEval.Core.Traces;
using AgentEval.Functions.Agents;

namespace AgentEval.Functions.Trials;

/// <summary>Walks through a scenario's turns with an agent: asks, plays the tools, injects, and holds each turn against what it expects.</summary>
internal sealed class TrialScript(
    TrialContext context, IAgentConversation conversation, AgentCaller caller, TrialRecorder recorder, TrialClock clock, TimeProvider time,
    AgentTemplates templates)
{
    /// <summary>How often an agent may ask for tools before it must answer a turn.</summary>
    public const int MaxToolRounds = 20;

    /// <summary>How many tools an agent may ask for at once.</summary>
    public const int MaxCallsAtOnce = 128;

    private const string UnmetExpectation = "unmetExpectation";
    private const string UnexpectedTool = "unexpectedTool";

    private readonly Scenario _scenario = context.Scenario;
    private readonly SimulatedToolbox _tools = new(context.Suite.Tools);
    private readonly TrialBudgetMeter _budget = new(context.Scenario.Budget, context.Agent.Prices);

    /// <summary>The turn being played, from 0; for whoever tells why it ended there.</summary>
    public int CurrentTurn { get; private set; }

    /// <exception cref="AgentException">The agent failed.</exception>
    /// <exception cref="TrialEndedException">Over the budget.</exception>
    /// <exception cref="OperationCanceledException">The clock ended the trial.</exception>
    public async Task PlayAsync()
    {
        for (var turn = 0; turn < _scenario.Turns.Count; turn++)
        {
            clock.Token.ThrowIfCancellationRequested();
            CurrentTurn = turn;
            await PlayTurnAsync(turn);
            if (turn < _scenario.Turns.Count - 1)
            {
                await recorder.FlushAsync();
            }
        }
    }

    private async Task PlayTurnAsync(int turn)
    {
        var message = await ComposeAsync(turn);
        await recorder.RecordAsync(recorder.Event(TraceEventType.AgentRequest, turn) with { Text = message.Text });
        var reply = await AskAsync(turn, message);
        for (var round = 1; reply.ToolCalls.Count > 0; round++)
        {
            if (round > MaxToolRounds)
            {
                throw new AgentException(
                    AgentErrorCodes.ToolLoop, $"The agent asked for tools {MaxToolRounds} times in one turn and still did not answer.");
            }

            var results = await PlayToolsAsync(turn, reply.ToolCalls);
            await recorder.RecordAsync(
                recorder.Event(TraceEventType.AgentRequest, turn) with { Data = new JsonObject { ["toolResults"] = results.Count } });
            reply = await AskAsync(turn, AgentMessage.Tools(results));
        }

        await CheckExpectationsAsync(turn);
    }

    private async Task<AgentMessage> ComposeAsync(int turn)
    {
        var said = templates.FillString(_scenario.Turns[turn].User);
        var text = said;
        foreach (var injection in InjectionsAt(InjectionPoint.UserTurn))
        {
            var injected = templates.FillString(injection.Text);
            text += "\n\n" + injected;
            await RecordAsync(injection, injected, turn);
        }

        var documents = new List<string>();
        foreach (var injection in turn == 0 ? InjectionsAt(InjectionPoint.Document) : [])
        {
            documents.Add(templates.FillString(injection.Text));
            await RecordAsync(injection, documents[^1], turn);
        }

        var input = _scenario.Turns.Count == 1 && _scenario.Input is { } given && given.GetValueKind() != JsonValueKind.String ? given : null;
        return new AgentMessage { Text = text, Documents = documents, Input = input, InputIsWhole = text == said };
    }

    private async Task<AgentReply> AskAsync(int turn, AgentMessage message)
    {
        var bytes = AgentText.Bytes(message);
        if (bytes > context.Agent.Limits.MaxInputBytes)
        {
            throw new AgentException(
                AgentErrorCodes.InputTooLarge,
                $"The message has {bytes} bytes; the agent takes {context.Agent.Limits.MaxInputBytes} (limits.maxInputBytes). Nothing was sent.");
        }

        var (reply, seconds) = await caller.CallAsync(turn, cancellationToken => conversation.SendAsync(message, cancellationToken));
        await RecordReportedAsync(turn, reply.ReportedToolCalls);
        var usage = Usage.Of(message, reply);
        await recorder.RecordAsync(recorder.Event(TraceEventType.AgentResponse, turn) with
        {
            Text = reply.Text,
            Code = reply.ToolCalls.Count > 0 ? "toolCalls" : null,
            Seconds = seconds,
            InputTokens = usage.Input,
            OutputTokens = usage.Output,
            Estimated = usage.Estimated ? true : null,
            Truncated = reply.Truncated ? true : null,
            Data = context.Settings.Execution is { SaveRawResponses: true, CaptureOutput: true } ? reply.Raw : null,
        });
        foreach (var _ in reply.ReportedToolCalls)
        {
            _budget.AddToolCall();
        }

        _budget.AddTokens(usage.Input, usage.Output);
        return reply;
    }

    /// <summary>They were made before the answer, so they are told before it.</summary>
    private async Task RecordReportedAsync(int turn, IReadOnlyList<AgentToolCall> calls)
    {
        foreach (var call in calls)
        {
            await recorder.RecordAsync(CallEvent(turn, call) with { Reported = true });
            if (call.Result is not null)
            {
                await recorder.RecordAsync(ResultEvent(turn, call, call.Result));
            }

            if (!_tools.IsEmpty && !_tools.Knows(call.Name))
            {
                await DeviateAsync(turn, UnexpectedTool, $"The agent reports the tool '{call.Name}', which the suite does not have.");
            }
        }
    }

    private async Task<List<AgentToolResult>> PlayToolsAsync(int turn, IReadOnlyList<AgentToolCall> calls)
    {
        if (calls.Count > MaxCallsAtOnce)
        {
            throw new AgentException(
                AgentErrorCodes.Answer, $"The agent asked for {calls.Count} tools at once; at most {MaxCallsAtOnce} are played.");
        }

        var results = new List<AgentToolResult>();
        foreach (var call in calls)
        {
            results.Add(await PlayToolAsync(turn, call));
        }

        return results;
    }

    private async Task<AgentToolResult> PlayToolAsync(int turn, AgentToolCall call)
    {
        await recorder.RecordAsync(CallEvent(turn, call));
        _budget.AddToolCall();
        var answer = _tools.Answer(call.Name, call.Arguments);
        if (!answer.Known)
        {
            await DeviateAsync(turn, UnexpectedTool, $"The agent asked for the tool '{call.Name}', which the suite does not have.");
        }

        if (answer.Delay > TimeSpan.Zero)
        {
            await Task.Delay(answer.Delay, time, clock.Token);
        }

        var result = answer.Result;
        foreach (var injection in InjectionsAt(InjectionPoint.ToolResult).Where(injection => injection.Tool is null || injection.Tool == call.Name))
        {
            var injected = templates.FillString(injection.Text);
            result = SimulatedToolbox.Inject(result, injected);
            await RecordAsync(injection with { Tool = call.Name }, injected, turn);
        }

        await recorder.RecordAsync(ResultEvent(turn, call, result) with { Seconds = answer.Delay.TotalSeconds });
        return new AgentToolResult(call.Id, SimulatedAnswer.Write(result));
    }

    private async Task CheckExpectationsAsync(int turn)
    {
        if (_scenario.Turns[turn].Expect.Count == 0)
        {
            return;
        }

        var played = Transcript.From(recorder.Events.Where(item => item.Turn == turn)).Turns.Single();
        foreach (var result in TrialScorer.EvaluateExpect(_scenario.Turns[turn], turn, played.ToContext()))
        {
            await recorder.RecordAsync(recorder.Event(TraceEventType.Evaluation, turn) with
            {
                Name = result.Id,
                Score = result.Score,
                Data = JsonSerializer.SerializeToNode(result, AgentEvalJson.Options),
            });
            if (!result.Passed)
            {
                await DeviateAsync(turn, UnmetExpectation, $"{result.Name}: {result.Reason}");
            }
        }
    }

    private IEnumerable<Injection> InjectionsAt(InjectionPoint point) => _scenario.Injections.Where(injection => injection.At == point);

    private TraceEvent CallEvent(int turn, AgentToolCall call) =>
        recorder.Event(TraceEventType.ToolCall, turn) with { Tool = call.Name, CallId = call.Id, Arguments = call.Arguments };

    private TraceEvent ResultEvent(int turn, AgentToolCall call, JsonNode? result) =>
        recorder.Event(TraceEventType.ToolResult, turn) with { Tool = call.Name, CallId = call.Id, Result = result };

    private ValueTask RecordAsync(Injection injection, string text, int turn) =>
        recorder.RecordAsync(Describe(recorder, injection, text) with { Turn = turn });

    /// <summary>The event of an injection.</summary>
    public static TraceEvent Describe(TrialRecorder recorder, Injection injection, string text) => recorder.Event(TraceEventType.Injection) with
    {
        Point = JsonNamingPolicy.CamelCase.ConvertName(injection.At.ToString()),
        Tool = injection.Tool,
        Text = text,
    };

    private ValueTask DeviateAsync(int turn, string code, string text) =>
        recorder.RecordAsync(recorder.Event(TraceEventType.Deviation, turn) with { Code = code, Text = text });

    private readonly record struct Usage(long Input, long Output, bool Estimated)
    {
        private const int CharactersPerToken = 4;

        public static Usage Of(AgentMessage message, AgentReply reply) => new(
            reply.InputTokens ?? Estimate(AgentText.WithDocuments(message).Length + message.ToolResults.Sum(result => result.Text.Length)),
            reply.OutputTokens ?? Estimate(reply.Text.Length),
            reply.InputTokens is null || reply.OutputTokens is null);

        private static long Estimate(int characters) => (characters + CharactersPerToken - 1) / CharactersPerToken;
    }
}
