using System.Globalization;
using AgentEval.Core.Traces;
using AgentEval.Functions.Agents;
using Polly;
using Polly.Retry;

namespace AgentEval.Functions.Trials;

/// <summary>Makes one agent call: within its time, again when that may help, each retry recorded.</summary>
internal sealed class AgentCaller
{
    private readonly TrialRules _rules;
    private readonly TrialRecorder _recorder;
    private readonly TrialClock _clock;
    private readonly TimeProvider _time;
    private readonly Random _chance;

    public AgentCaller(TrialRules rules, TrialRecorder recorder, TrialClock clock, TimeProvider time, long seed)
    {
        _rules = rules;
        _recorder = recorder;
        _clock = clock;
        _time = time;
        _chance = new Random(unchecked((int)(seed ^ (seed >> 32))));
    }

    /// <param name="turn">For the retry events; null: outside of turns.</param>
    /// <param name="call">One call.</param>
    /// <returns>The answer and the seconds of the call that gave it.</returns>
    /// <exception cref="AgentException">The call failed, and trying again did not help or would not.</exception>
    /// <exception cref="OperationCanceledException">The trial's clock ended it.</exception>
    public async Task<(T Answer, double Seconds)> CallAsync<T>(int? turn, Func<CancellationToken, Task<T>> call) =>
        await PipelineFor(turn).ExecuteAsync(
            static async (state, _) => await state.Caller.CallOnceAsync(state.Call), (Caller: this, Call: call), _clock.Token);

    private ResiliencePipeline PipelineFor(int? turn)
    {
        if (_rules.Retries == 0)
        {
            return ResiliencePipeline.Empty;
        }

        return new ResiliencePipelineBuilder { TimeProvider = _time }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = _rules.Retries,
                ShouldHandle = arguments => ValueTask.FromResult(MayHelp(arguments.Outcome.Exception)),
                DelayGenerator = arguments =>
                    ValueTask.FromResult<TimeSpan?>(DelayBefore(arguments.AttemptNumber, (AgentException)arguments.Outcome.Exception!)),
                OnRetry = arguments => RecordAsync(turn, (AgentException)arguments.Outcome.Exception!, arguments.RetryDelay),
            })
            .Build();
    }

    /// <summary>Waiting longer than the trial has left, because the agent asks for it, would only turn its answer into a timeout.</summary>
    private bool MayHelp(Exception? exception) =>
        exception is AgentException { Retryable: true } failure && !(failure.RetryAfter > _clock.Remaining);

    private TimeSpan DelayBefore(int retry, AgentException failure)
    {
        var delay = _rules.DelayBefore(retry, _chance.NextDouble());
        return failure.RetryAfter is { } asked && asked > delay ? asked : delay;
    }

    private ValueTask RecordAsync(int? turn, AgentException failure, TimeSpan delay) => _recorder.RecordAsync(
        _recorder.Event(TraceEventType.Retry, turn) with { Code = failure.Code, Text = failure.Message, Seconds = delay.TotalSeconds });

    private async Task<(T Answer, double Seconds)> CallOnceAsync<T>(Func<CancellationToken, Task<T>> call)
    {
        using var timeout = new CancellationTokenSource(_rules.CallTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _clock.Token);
        var started = _time.GetTimestamp();
        try
        {
            var answer = await call(either.Token);
            return (answer, _time.GetElapsedTime(started).TotalSeconds);
        }
        catch (OperationCanceledException exception) when (timeout.IsCancellationRequested && !_clock.Token.IsCancellationRequested)
        {
            var message = string.Create(CultureInfo.InvariantCulture, $"The agent did not answer in {_rules.CallTimeout.TotalSeconds} s.");
            throw new AgentException(AgentErrorCodes.Timeout, message, retryable: true, innerException: exception);
        }
    }
}
