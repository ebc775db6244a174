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
    private readonly Dictionary<Task<TrialReceipt>, StartedTrial> _running = [];
    private readonly List<BrokenTrial> _broken;
    private readonly List<int> _toReplay;
    private readonly CancellationTokenSource _stopping = new();
    private TrialCounts _counts;
    private Task<string> _control;
    private bool _replaying;
    private bool _paused;

    /// <summary>The run was paused when it was last looked at: one trial finds out whether it still is.</summary>
    private bool _probing;
    private int _restedLanes;
    private int _wakes;

    public ShardExecution(TaskOrchestrationContext context, ShardInput shard)
    {
        _context = context;
        _shard = shard;
        var standing = shard.Standing;
        _waiting = new Queue<int>(standing?.Waiting ?? Enumerable.Range(0, shard.Trials));
        _broken = [.. standing?.Broken ?? []];
        _toReplay = [.. standing?.ToReplay ?? []];
        _counts = standing?.Counts ?? TrialCounts.None;
        _replaying = standing?.Replaying == true;
        _probing = standing is not null;
        _restedLanes = standing?.RestedLanes ?? (shard.FollowsOthers ? 0 : shard.Window);
        _control = context.WaitForExternalEvent<string>(ControlEvents.Name);
    }

    /// <summary>Why the run stops; null: it goes on.</summary>
    public string? Stop { get; private set; }

    /// <summary>Trials and replays whose execution could not be brought to an end.</summary>
    public IReadOnlyList<BrokenTrial> Broken => _broken;

    /// <summary>From where another execution of the same shard goes on.</summary>
    public ShardStanding Standing => new([.. _waiting], _replaying, _counts, _toReplay, _broken, _restedLanes);

    /// <returns>False: the run stays paused; go on from <see cref="Standing"/>.</returns>
    public async Task<bool> ExecuteAllAsync() => _replaying || await WorkAsync();

    /// <summary>Once more the trials that were sampled and have a score to reproduce. A replay that cannot be run never breaks the run.</summary>
    /// <returns>False: the run stays paused; go on from <see cref="Standing"/>.</returns>
    public Task<bool> ReplaySampledAsync()
    {
        if (!_replaying)
        {
            _replaying = true;
            _toReplay.Order().ToList().ForEach(_waiting.Enqueue);
        }

        return WorkAsync();
    }

    public void Dispose() => _stopping.Dispose();

    private async Task<bool> WorkAsync()
    {
        while (_running.Count > 0 || (Stop is null && _waiting.Count > 0))
        {
            StartWhatFits();
            if (_running.Count == 0)
            {
                if (!await IsToldWhilePausedAsync())
                {
                    return false;
                }

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

        return true;
    }

    private void StartWhatFits()
    {
        var fits = _probing ? 1 : _shard.Window;
        var started = false;
        while (!_paused && Stop is null && _running.Count < fits && _waiting.TryDequeue(out var index))
        {
            var waits = _shard.DelaySeconds > 0 && _restedLanes == 0;
            _restedLanes = Math.Max(0, _restedLanes - 1);
            var trial = new StartedTrial(index, _wakes) { IsAtWork = !waits };
            _running.Add(waits ? CallLaterAsync(trial) : CallAsync(index), trial);
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
    private async Task<TrialReceipt> CallLaterAsync(StartedTrial trial)
    {
        if (!await DurableDelay.WaitAsync(_context, TimeSpan.FromSeconds(_shard.DelaySeconds), _stopping.Token))
        {
            return TrialReceipt.NotBegun(RunControl.Cancel);
        }

        trial.IsAtWork = true;
        Publish();
        return await CallAsync(trial.Index);
    }

    private async Task HandleReceiptAsync(Task<TrialReceipt> ended)
    {
        _running.Remove(ended, out var trial);
        try
        {
            var receipt = await ended;
            Take(trial!, receipt);
        }
        catch (TaskFailedException failure)
        {
            _probing = false;
            _broken.Add(BrokenTrial.From(trial!.Index, failure, _replaying));
            Count("error", 0);
        }

        Publish();
    }

    /// <summary>Of a pause that a wake has overtaken since the trial was started, nothing is left to wait for. The lane of a trial that did not begin is rested.</summary>
    private void Take(StartedTrial trial, TrialReceipt receipt)
    {
        switch (receipt.Disposition)
        {
            case TrialReceipt.Paused:
                _paused |= trial.Wakes == _wakes;
                _waiting.Enqueue(trial.Index);
                _restedLanes++;
                break;
            case TrialReceipt.RunCancelled:
                StopFor(StopReasons.Cancelled);
                break;
            default:
                TakeResult(trial.Index, receipt);
                break;
        }
    }

    private void TakeResult(int index, TrialReceipt receipt)
    {
        _probing = false;
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
        _probing = false;
        _wakes++;
        if (message.StartsWith(ControlEvents.StopPrefix, StringComparison.Ordinal))
        {
            StopFor(message[ControlEvents.StopPrefix.Length..]);
        }
    }

    /// <summary>Waits until somebody resumes or cancels. Events may be lost, so the wait has an end.</summary>
    private async Task<bool> IsToldWhilePausedAsync()
    {
        using var enough = new CancellationTokenSource();
        await Task.WhenAny(_control, _context.CreateTimer(_context.CurrentUtcDateTime + PausedFor, enough.Token));
        if (!_control.IsCompleted)
        {
            return false;
        }

        enough.Cancel();
        await HandleControlAsync();
        return true;
    }

    private void Publish() => _context.SetCustomStatus(
        new ShardNote(_counts, [.. _running.Values.Where(trial => trial.IsAtWork).Select(trial => trial.Index).Order()]));

    /// <param name="Index">The trial's place in the shard.</param>
    /// <param name="Wakes">How often the shard had been woken by then.</param>
    private sealed record StartedTrial(int Index, int Wakes)
    {
        /// <summary>False: it waits for its delay.</summary>
        public bool IsAtWork { get; set; }
    }
}
