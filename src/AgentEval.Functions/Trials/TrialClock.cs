using System.Globalization;
using AgentEval.Core.Runs;
using AgentEval.Functions.Agents;

namespace AgentEval.Functions.Trials;

/// <summary>Measures one attempt and ends it: by its timeout, its budget's seconds, because the run is cancelled or the host shuts down.</summary>
internal sealed class TrialClock : IDisposable
{
    private readonly TimeProvider _time;
    private readonly TimeSpan _timeout;
    private readonly double? _budgetSeconds;
    private readonly long _started;
    private readonly CancellationTokenSource _timedOut;
    private readonly CancellationTokenSource _overBudget;
    private readonly CancellationTokenSource _any;
    private readonly CancellationToken _cancel;

    public TrialClock(TimeProvider time, TimeSpan timeout, double? budgetSeconds, CancellationToken stop, CancellationToken cancel)
    {
        _time = time;
        _timeout = timeout;
        _budgetSeconds = budgetSeconds;
        _cancel = cancel;
        _started = time.GetTimestamp();
        _timedOut = new CancellationTokenSource(timeout, time);
        _overBudget = budgetSeconds is { } seconds ? new CancellationTokenSource(TrialRules.Seconds(seconds), time) : new CancellationTokenSource();
        _any = CancellationTokenSource.CreateLinkedTokenSource(stop, cancel, _timedOut.Token, _overBudget.Token);
    }

    /// <summary>Cancelled when the trial must not go on, for whichever reason.</summary>
    public CancellationToken Token => _any.Token;

    public TimeSpan Elapsed => _time.GetElapsedTime(_started);

    public TimeSpan Remaining
    {
        get
        {
            var whole = _budgetSeconds is { } seconds && TrialRules.Seconds(seconds) < _timeout ? TrialRules.Seconds(seconds) : _timeout;
            return whole > Elapsed ? whole - Elapsed : TimeSpan.Zero;
        }
    }

    /// <summary>Why the token was cancelled. The host's shutdown is not among it: that is no ending.</summary>
    public TrialEnding Reason() =>
        _cancel.IsCancellationRequested ? new TrialEnding(TrialStatus.Cancelled, AgentErrorCodes.Cancelled, "The run was cancelled.")
        : _overBudget.IsCancellationRequested ? new TrialEnding(
            TrialStatus.BudgetExceeded, AgentErrorCodes.BudgetExceeded, Text($"The trial's budget of {_budgetSeconds} s is used up."))
        : new TrialEnding(TrialStatus.Timeout, AgentErrorCodes.Timeout, Text($"The trial did not end in {_timeout.TotalSeconds} s."));

    private static string Text(FormattableString message) => message.ToString(CultureInfo.InvariantCulture);

    public void Dispose()
    {
        _any.Dispose();
        _timedOut.Dispose();
        _overBudget.Dispose();
    }
}
