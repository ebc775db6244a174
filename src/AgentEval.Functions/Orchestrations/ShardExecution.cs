using AgentEval.Functions.Activities;
using AgentEval.Functions.Contracts;
using AgentEval.Functions.Storage;
using Microsoft.DurableTask;

namespace AgentEval.Functions.Orchestrations;

/// <summary>The moving window of one shard: which trials wait, which are at work, and when to start the next. Deterministic, as orchestrator code must be.</summary>
internal sealed class ShardExecution : IDisposable
{
    private static readonly TimeSpan PausedFor = TimeSpan.FromMinutes(10);

    private readonly TaskOrchestrationContext _context;
    private readonly ShardInput _shard;
    private readonly Queue<int> _waiting;
    private readonly Dictionary<Task<TrialReceipt>, (int Index, int Wakes)> _running = [];
    private readonly List<BrokenTrial> _broken = [];
    private readonly List<int> _toReplay = [];
    private readonly CancellationTokenSource _stopping = new();
    private TrialCounts _counts = TrialCounts.None;
    private Task<string> _control;
    private bool _replaying;
    private bool _paused;
    private int _wakes;

    public ShardExecution(TaskOrchestrationContext context, ShardInput shard)
    {
        _context = context;
        _shard = shard;
        _waiting = new Queue<int>(Enumerable.Range(0, shard.Trials));
        _control = context.WaitForExternalEvent<string>(ControlEvents.Name);
    }

    /// <summary>Why the run stops; null: it goes on.</summary>
    public string? Stop { get; private set; }

    /// <summary>Trials and replays whose execution could not be brought to an end.</summary>
    public IReadOnlyList<BrokenTrial> Broken => _broken;

    public Task ExecuteAllAsync() => WorkAsync();

    /// <summary>Once more the trials that were sampled and have a score to reproduce. A replay that cannot be run never breaks the run.</summary>
    public Task ReplaySampledAsync()
    {
        _replaying = true;
        foreach (var index in _toReplay.Order())
        {
            _waiting.Enqueue(index);
        }

        return WorkAsync();
    }

    public void Dispose() => _stopping.Dispose();

    private async Task WorkAsync()
    {
        while (_running.Count > 0 || (Stop is null && _waiting.Count > 0))
        {
            StartWhatFits();
            if (_running.Count == 0)
            {
                await WaitWhilePausedAsync();
                continue;
            }

            var ended = await Task.WhenAny(_running.Keys.Append<Task>(_control));
            if (ended == _control)
            {
                await HandleControlAsync();
            }
            else
            {
                await HandleReceiptAsync((Task<TrialReceipt>)ended);
            }
        }
    }

    private void StartWhatFits()
    {
        var started = false;
        while (!_paused && Stop is null && _running.Count < _shard.Window && _waiting.TryDequeue(out var index))
        {
            var delayed = _shard.DelaySeconds > 0 && _counts.Completed + _running.Count >= _shard.Window;
            _running.Add(delayed ? CallLaterAsync(index) : CallAsync(index), (index, _wakes));
            started = true;
        }

        if (started)
        {
            Publish();
        }
    }

    private Task<TrialReceipt> CallAsync(int index) => _context.CallActivityAsync<TrialReceipt>(
        _replaying ? nameof(ReplayTrial) : nameof(ExecuteTrial), new TrialInput(_shard.RunId, _shard.Shard, index), Retrying.Trial);

    /// <summary>A run that stops during the delay starts nothing any more, and does not wait for it.</summary>
    private async Task<TrialReceipt> CallLaterAsync(int index) =>
        await DurableDelay.WaitAsync(_context, TimeSpan.FromSeconds(_shard.DelaySeconds), _stopping.Token)
            ? await CallAsync(index)
            : TrialReceipt.NotBegun(RunControl.Cancel);

    private async Task HandleReceiptAsync(Task<TrialReceipt> ended)
    {
        _running.Remove(ended, out var trial);
        try
        {
            var receipt = await ended;
            Take(trial.Index, trial.Wakes, receipt);
        }
        catch (TaskFailedException failure)
        {
            _broken.Add(BrokenTrial.From(trial.Index, failure, _replaying));
            Count("error", 0);
        }

        Publish();
    }

    /// <summary>Of a pause that a wake has overtaken since the trial was started, nothing is left to wait for.</summary>
    private void Take(int index, int wakes, TrialReceipt receipt)
    {
        switch (receipt.Disposition)
        {
            case TrialReceipt.Paused:
                _paused |= wakes == _wakes;
                _waiting.Enqueue(index);
                break;
            case TrialReceipt.RunCancelled:
                StopFor(StopReasons.Cancelled);
                break;
            default:
                TakeResult(index, receipt);
                break;
        }
    }

    private void TakeResult(int index, TrialReceipt receipt)
    {
        if (receipt.Replay && !_replaying)
        {
            _toReplay.Add(index);
        }

        Count(receipt.Status, receipt.Seconds);
        if (receipt.Status == "cancelled")
        {
            StopFor(StopReasons.Cancelled);
        }
    }

    /// <summary>A replay counts nowhere: its trial has been counted.</summary>
    private void Count(string? status, double seconds)
    {
        if (_replaying)
        {
            return;
        }

        _counts = _counts.Add(status, seconds);
        if ((_shard.FailFast is not null && status == "error") || (_shard.FailFast == "failed" && status == "failed"))
        {
            StopFor(StopReasons.FailFast);
        }
    }

    /// <summary>The first reason counts. What waits for its delay gives up.</summary>
    private void StopFor(string reason)
    {
        if (Stop is null)
        {
            Stop = reason;
            _stopping.Cancel();
        }
    }

    private async Task HandleControlAsync()
    {
        var message = await _control;
        _control = _context.WaitForExternalEvent<string>(ControlEvents.Name);
        _paused = false;
        _wakes++;
        if (message.StartsWith(ControlEvents.StopPrefix, StringComparison.Ordinal))
        {
            StopFor(message[ControlEvents.StopPrefix.Length..]);
        }
    }

    /// <summary>Until somebody resumes or cancels; the timer only guards against an event that was lost.</summary>
    private async Task WaitWhilePausedAsync()
    {
        using var enough = new CancellationTokenSource();
        var timer = _context.CreateTimer(_context.CurrentUtcDateTime + PausedFor, enough.Token);
        if (await Task.WhenAny(_control, timer) == _control)
        {
            enough.Cancel();
            await HandleControlAsync();
        }

        _paused = false;
    }

    private void Publish() => _context.SetCustomStatus(new ShardNote(_counts, [.. _running.Values.Select(trial => trial.Index).Order()]));
}
