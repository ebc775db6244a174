using System.Text.Json;
using System.Text.Json.Nodes;
using AgentEval.Core.Json;
using AgentEval.Core.Replay;
using AgentEval.Core.Runs;
using AgentEval.Core.Scenarios;
using AgentEval.Core.Settings;
using AgentEval.Core.Suites;
using AgentEval.Core.Traces;

namespace AgentEval.SampleAgent.Tests.Suites;

/// <summary>Plays a suite against the agent over the chat protocol: script, simulated tools, injections; Core judges what was said and done.</summary>
internal sealed class SuitePlayer(RunningAgent agent, string model, Suite suite, RunSettings settings)
{
    /// <summary>Played once, and a second time when it was planned to be replayed.</summary>
    public async Task<(JudgedTrial Judged, ReplayComparison? Replay)> PlayAsync(PlannedTrial planned)
    {
        var scenario = suite.Scenarios.Single(scenario => scenario.Id == planned.ScenarioId);
        Task<IReadOnlyList<TraceEvent>> OnceAsync() => new Trial(agent, model, suite, scenario).PlayAsync(planned.TrialId);

        var events = await OnceAsync();
        var replay = planned.Replay ? ReplayComparer.Compare(events, await OnceAsync(), settings.Replay) : null;
        return (TrialJudge.Judge(new JudgeInput(planned, scenario, suite, settings, null, events)), replay);
    }

    private sealed class Trial(RunningAgent agent, string model, Suite suite, Scenario scenario)
    {
        private readonly List<TraceEvent> _events = [];
        private readonly JsonArray _messages = [];

        public async Task<IReadOnlyList<TraceEvent>> PlayAsync(string trialId)
        {
            Add(TraceEventType.TrialStarted, item => item with { Data = new JsonObject { ["trialId"] = trialId } });
            foreach (var prompt in Injected(InjectionPoint.SystemPrompt, turn: null))
            {
                Say("system", prompt);
            }

            for (var turn = 0; turn < scenario.Turns.Count; turn++)
            {
                await PlayTurnAsync(turn);
            }

            Add(TraceEventType.TrialFinished, item => item with { Name = "passed", Seconds = 0 });
            return _events;
        }

        private async Task PlayTurnAsync(int turn)
        {
            var user = string.Join("\n\n", Injected(InjectionPoint.UserTurn, turn).Prepend(scenario.Turns[turn].User));
            var documents = turn == 0 ? Injected(InjectionPoint.Document, turn).Select(text => $"\n\n<document>\n{text}\n</document>") : [];
            Say("user", user + string.Concat(documents));
            Add(TraceEventType.AgentRequest, item => item with { Turn = turn, Text = user });
            var message = await AskAsync(turn);
            while (message["tool_calls"] is JsonArray calls)
            {
                foreach (var call in calls)
                {
                    PlayTool(turn, call!);
                }

                message = await AskAsync(turn);
            }
        }

        private async Task<JsonNode> AskAsync(int turn)
        {
            var answer = await agent.PostAsync("/v1/chat/completions", new JsonObject
            {
                ["model"] = model,
                ["messages"] = _messages.DeepClone(),
                ["tools"] = new JsonArray([.. suite.Tools.Select(tool => new JsonObject { ["function"] = new JsonObject { ["name"] = tool.Name } })]),
            });
            var message = answer.Body!["choices"]![0]!["message"]!;
            _messages.Add(message.DeepClone());
            Add(TraceEventType.AgentResponse, item => item with { Turn = turn, Text = (string?)message["content"] ?? "", Seconds = 0, InputTokens = 1, OutputTokens = 1 });
            return message;
        }

        private void PlayTool(int turn, JsonNode call)
        {
            var (name, id) = ((string)call["function"]!["name"]!, (string)call["id"]!);
            var arguments = JsonNode.Parse((string)call["function"]!["arguments"]!)!.AsObject();
            Add(TraceEventType.ToolCall, item => item with { Turn = turn, Tool = name, CallId = id, Arguments = arguments });
            var response = suite.Tools.Single(tool => tool.Name == name).Responses
                .First(response => response.When is null || JsonSubset.IsContained(response.When, arguments));
            var result = response.FailError is { } error ? new JsonObject { ["error"] = error } : response.Return!.DeepClone().AsObject();
            foreach (var text in Injected(InjectionPoint.ToolResult, turn, name))
            {
                result["note"] = text;
            }

            var sent = response.Malformed ? result.ToJsonString()[..20] : result.ToJsonString();
            Add(TraceEventType.ToolResult, item => item with { Turn = turn, Tool = name, CallId = id, Result = response.Malformed ? sent : result });
            _messages.Add(new JsonObject { ["role"] = "tool", ["tool_call_id"] = id, ["content"] = sent });
        }

        private List<string> Injected(InjectionPoint point, int? turn, string? tool = null)
        {
            var injections = scenario.Injections.Where(injection => injection.At == point && (injection.Tool is null || injection.Tool == tool)).ToList();
            injections.ForEach(injection => Add(TraceEventType.Injection, item => item with
            {
                Turn = turn,
                Point = JsonNamingPolicy.CamelCase.ConvertName($"{point}"),
                Tool = tool,
                Text = injection.Text,
            }));
            return [.. injections.Select(injection => injection.Text)];
        }

        private void Say(string role, string content) => _messages.Add(new JsonObject { ["role"] = role, ["content"] = content });

        private void Add(TraceEventType type, Func<TraceEvent, TraceEvent> complete)
        {
            var item = new TraceEvent { Seq = _events.Count + 1, At = DateTimeOffset.UnixEpoch.AddSeconds(_events.Count), Type = type, Attempt = 1 };
            _events.Add(complete(item));
        }
    }
}
