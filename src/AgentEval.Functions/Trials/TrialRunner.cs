using System.Text.Json;
using System.Text.Json.Nodes;
using AgentEval.Core.Runs;
using AgentEval.Core.Suites;
using AgentEval.Core.Traces;
using AgentEval.Functions.Agents;
using AgentEval.Functions.Security;

namespace AgentEval.Functions.Trials;

/// <summary>Executes one attempt of one trial: whatever the agent does becomes events of its trace and a result.</summary>
public sealed class TrialRunner
{
    private readonly AgentAdapterCatalogue _adapters;
    private readonly AgentSideCalls _sideCalls;
    private readonly SecretRedactor _redactor;
    private readonly TimeProvider _time;

    internal TrialRunner(AgentAdapterCatalogue adapters, AgentSideCalls sideCalls, SecretRedactor redactor, TimeProvider time)
    {
        _adapters = adapters;
        _sideCalls = sideCalls;
        _redactor = redactor;
        _time = time;
    }

    /// <param name="context">What to run.</param>
    /// <param name="sink">Takes the events, and is flushed at each turn's end.</param>
    /// <param name="stop">The host shuts down: the attempt is given up without a result.</param>
    /// <param name="cancel">The run is cancelled: the trial ends <c>cancelled</c>.</param>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled before the attempt ended.</exception>
    public async Task<TrialOutcome> RunAsync(TrialContext context, ITraceSink sink, CancellationToken stop, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(sink);
        var rules = TrialRules.For(context);
        var recorder = new TrialRecorder(context, sink, _redactor, _time, stop);
        using var clock = new TrialClock(_time, rules.TrialTimeout, context.Scenario.Budget.Seconds, stop, cancel);
        var templates = TemplatesOf(context);
        await RecordStartAsync(context, recorder);
        var conversation = await DescribeConversationAsync(context, recorder, templates);
        var ending = await TalkAsync(context, conversation, rules, recorder, clock, templates, stop);
        if (ending.Status != TrialStatus.Cancelled)
        {
            await _sideCalls.ReadMetricsAsync(context, conversation, recorder, stop);
        }

        return await FinishAsync(context, ending, recorder, clock.Elapsed);
    }

    /// <summary>Differs for every run, trial and attempt, so that an agent with a memory starts each with none.</summary>
    private static string SessionOf(TrialContext context) => $"{context.RunId}.{context.Planned.TrialId}.{context.Attempt}";

    /// <summary>What a script may name.</summary>
    private static AgentTemplates TemplatesOf(TrialContext context) => new((string name, out JsonNode? value) =>
    {
        value = name switch
        {
            "session" => SessionOf(context),
            "seed" => context.Planned.Seed,
            _ => null,
        };
        return value is not null;
    });

    private static ValueTask RecordStartAsync(TrialContext context, TrialRecorder recorder) =>
        recorder.RecordAsync(recorder.Event(TraceEventType.TrialStarted) with
        {
            Data = new JsonObject
            {
                ["trialId"] = context.Planned.TrialId,
                ["scenarioId"] = context.Planned.ScenarioId,
                ["epoch"] = context.Planned.Epoch,
                ["seed"] = context.Planned.Seed,
            },
        });

    private static async Task<AgentConversationContext> DescribeConversationAsync(
        TrialContext context, TrialRecorder recorder, AgentTemplates templates)
    {
        var prompt = context.Agent.SystemPrompt is { } own ? templates.FillString(own) : null;
        foreach (var injection in context.Scenario.Injections.Where(injection => injection.At == InjectionPoint.SystemPrompt))
        {
            var injected = templates.FillString(injection.Text);
            prompt = prompt is null ? injected : prompt + "\n\n" + injected;
            await recorder.RecordAsync(TrialScript.Describe(recorder, injection, injected));
        }

        var settings = (JsonObject)context.Agent.Settings.DeepClone();
        foreach (var (name, value) in context.Scenario.AgentSettings)
        {
            settings[name] = value?.DeepClone();
        }

        return new AgentConversationContext
        {
            Agent = context.Agent,
            Session = SessionOf(context),
            Seed = context.Planned.Seed,
            Settings = settings,
            SystemPrompt = prompt,
            Tools = context.Suite.Tools,
        };
    }

    private async Task<TrialEnding> TalkAsync(
        TrialContext context, AgentConversationContext conversation, TrialRules rules, TrialRecorder recorder, TrialClock clock, AgentTemplates templates,
        CancellationToken stop)
    {
        if (_adapters.Find(context.Agent.Type) is not { } adapter)
        {
            var message = $"Agents of the type {NameOf(context.Agent.Type)} are not available in this version.";
            return new TrialEnding(TrialStatus.Error, AgentErrorCodes.NotAvailable, message);
        }

        var caller = new AgentCaller(rules, recorder, clock, _time, context.Planned.Seed);
        TrialScript? script = null;
        try
        {
            await using var opened = adapter.Open(conversation);
            await _sideCalls.ResetAsync(context, conversation, caller);
            script = new TrialScript(context, opened, caller, recorder, clock, _time, templates);
            await script.PlayAsync();
            return TrialEnding.Completed;
        }
        catch (Exception exception) when (EndsTrial(exception, clock))
        {
            // An agent that fails while the host goes down may fail because it goes down with it.
            stop.ThrowIfCancellationRequested();
            return EndingOf(exception, clock) with { Turn = script?.CurrentTurn };
        }
    }

    /// <summary>A cancellation that is not of our tokens is a fault of the infrastructure, not an ending.</summary>
    private static bool EndsTrial(Exception exception, TrialClock clock) =>
        exception is AgentException or TrialEndedException || (exception is OperationCanceledException && clock.Token.IsCancellationRequested);

    private static TrialEnding EndingOf(Exception exception, TrialClock clock) => exception switch
    {
        TrialEndedException ended => ended.Ending,
        AgentException failure when !clock.Token.IsCancellationRequested => new TrialEnding(
            failure.Code == AgentErrorCodes.Timeout ? TrialStatus.Timeout : TrialStatus.Error, failure.Code, failure.Message),
        _ => clock.Reason(),
    };

    private static async Task<TrialOutcome> FinishAsync(TrialContext context, TrialEnding ending, TrialRecorder recorder, TimeSpan elapsed)
    {
        if (!ending.IsCompleted)
        {
            await recorder.RecordAsync(recorder.Event(TraceEventType.Error, ending.Turn) with { Code = ending.Code, Text = ending.Message });
        }

        var finished = recorder.Stamp(recorder.Event(TraceEventType.TrialFinished) with
        {
            Name = NameOf(ending.Status),
            Code = ending.Code,
            Seconds = elapsed.TotalSeconds,
        });
        var judged = TrialJudge.Judge(new JudgeInput(
            context.Planned, context.Scenario, context.Suite, context.Settings, context.Agent.Prices, [.. recorder.Events, finished]));
        finished = finished with
        {
            Name = NameOf(judged.Trial.Status),
            Code = judged.Trial.Score is null ? judged.Trial.Error?.Code : null,
            Score = judged.Trial.Score,
        };
        await recorder.AppendAsync(context.Settings.Execution.CaptureOutput ? finished : KeptJudgement.PutInto(finished, judged));
        await recorder.FlushAsync();
        return new TrialOutcome(judged.Trial, judged.Violations, judged.EventsExamined, recorder.Events);
    }

    private static string NameOf(Enum value) => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
