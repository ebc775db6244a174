using AgentEval.LocalRuntime.Timers;
using AgentEval.Tests.Shared;
using Azure;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentEval.LocalRuntime.Tests.Timers;

public sealed class TimerListenerTests : IAsyncLifetime, IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 10, 0, 30, TimeSpan.Zero);

    private readonly ManualTimeProvider _time = new(Start);
    private readonly MemoryStore _store = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<(DateTime At, bool PastDue, ScheduleStatus? Status)> _calls = [];
    private Func<Task> _body = () => Task.CompletedTask;
    private Task _running = Task.CompletedTask;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    public void Dispose() => _stop.Dispose();

    [Fact]
    public async Task Run_FirstEver_WaitsForTheNextOccurrenceAndKeepsTheStatus()
    {
        Listen("*/5 * * * *");
        await _time.WhenTimersAsync();

        Assert.Empty(_calls);
        Assert.Equal((default, At(10, 5), Start.UtcDateTime), Kept());

        await AdvanceAsync(TimeSpan.FromMinutes(5));

        var call = Assert.Single(_calls);
        Assert.Equal((At(10, 5), false), (call.At, call.PastDue));
        Assert.Equal(At(10, 5), call.Status!.Next);
        Assert.Equal((At(10, 5), At(10, 10), At(10, 5)), Kept());
    }

    [Fact]
    public async Task Run_OccurrencesMissedWhileDown_RunsOnceAndIsPastDue()
    {
        _store.Kept = new ScheduleStatus { Last = At(9, 0), Next = At(9, 5), LastUpdated = At(9, 0) };

        Listen("*/5 * * * *");
        await _time.WhenTimersAsync();

        var call = Assert.Single(_calls);
        Assert.Equal((Start.UtcDateTime, true), (call.At, call.PastDue));
        Assert.Equal((Start.UtcDateTime, At(10, 5), Start.UtcDateTime), Kept());

        await AdvanceAsync(TimeSpan.FromMinutes(5));
        Assert.False(_calls[1].PastDue);
    }

    [Fact]
    public async Task Run_NothingMissed_DoesNotRunAtOnce()
    {
        _store.Kept = new ScheduleStatus { Last = At(10, 0), Next = At(10, 5), LastUpdated = At(10, 0) };

        Listen("*/5 * * * *");
        await _time.WhenTimersAsync();

        Assert.Empty(_calls);
    }

    [Fact]
    public async Task Run_NeverRanAndMissed_RunsFromWhenItWasFirstSeen()
    {
        _store.Kept = new ScheduleStatus { Next = At(9, 5), LastUpdated = At(9, 1) };

        Listen("*/5 * * * *");
        await _time.WhenTimersAsync();

        Assert.True(Assert.Single(_calls).PastDue);
    }

    [Fact]
    public async Task Run_ScheduleChangedWhileDown_GoesByTheNewOne()
    {
        _store.Kept = new ScheduleStatus { Last = At(9, 0), Next = At(9, 5), LastUpdated = At(9, 0) };

        Listen("0 12 * * *");
        await _time.WhenTimersAsync();

        Assert.Empty(_calls);
        await AdvanceAsync(TimeSpan.FromHours(2));
        Assert.Equal(At(12, 0), Assert.Single(_calls).At);
    }

    [Theory]
    [InlineData("*/5 * * * *", false)]
    [InlineData("00:00:30", true)]
    public async Task Run_NotMonitored_KeepsNoStatus(string schedule, bool useMonitor)
    {
        _store.Kept = new ScheduleStatus { Last = At(1, 0), Next = At(1, 5), LastUpdated = At(1, 0) };
        var before = Kept();

        Listen(schedule, useMonitor: useMonitor);
        await _time.WhenTimersAsync();
        await AdvanceAsync(TimeSpan.FromMinutes(5));

        Assert.NotEmpty(_calls);
        Assert.All(_calls, c => Assert.Null(c.Status));
        Assert.All(_calls, c => Assert.False(c.PastDue));
        Assert.Equal(before, Kept());
    }

    [Fact]
    public async Task Run_OnStartup_RunsAtOnceAndThenBySchedule()
    {
        Listen("*/5 * * * *", runOnStartup: true);
        await _time.WhenTimersAsync();

        Assert.Equal(Start.UtcDateTime, Assert.Single(_calls).At);
        await AdvanceAsync(TimeSpan.FromMinutes(5));
        Assert.Equal(At(10, 5), _calls[1].At);
    }

    [Fact]
    public async Task Run_FunctionFails_GoesOnWithTheNext()
    {
        _body = () => throw new InvalidOperationException("no");
        Listen("*/5 * * * *");
        await _time.WhenTimersAsync();

        await AdvanceAsync(TimeSpan.FromMinutes(5));
        await AdvanceAsync(TimeSpan.FromMinutes(5));

        Assert.Equal([At(10, 5), At(10, 10)], _calls.Select(c => c.At));
    }

    [Fact]
    public async Task Run_CallLongerThanTheInterval_SkipsWhatPassedMeanwhile()
    {
        var started = new TaskCompletionSource();
        var work = new TaskCompletionSource();
        _body = () =>
        {
            started.SetResult();
            return work.Task;
        };
        Listen("*/5 * * * *");
        await _time.WhenTimersAsync();

        _time.Advance(TimeSpan.FromMinutes(5));
        await started.Task;
        _time.Advance(TimeSpan.FromMinutes(12));
        _body = () => Task.CompletedTask;
        work.SetResult();
        await _time.WhenTimersAsync();
        await AdvanceAsync(TimeSpan.FromMinutes(5));

        Assert.Equal([At(10, 5), At(10, 20)], _calls.Select(c => c.At));
    }

    [Fact]
    public async Task Run_StatusCannotBeKept_GoesOn()
    {
        Listen("*/5 * * * *");
        await _time.WhenTimersAsync();
        _store.Fails = true;

        await AdvanceAsync(TimeSpan.FromMinutes(5));
        await AdvanceAsync(TimeSpan.FromMinutes(5));

        Assert.Equal(2, _calls.Count);
    }

    [Fact]
    public async Task Run_NextOccurrenceFarAway_IsReachedInPieces()
    {
        Listen("0 0 1 3 *");
        await _time.WhenTimersAsync();

        for (var day = 0; day < 59; day++)
        {
            await AdvanceAsync(TimeSpan.FromDays(1));
        }

        Assert.Equal(new DateTime(2026, 3, 1), Assert.Single(_calls).At);
    }

    private static DateTime At(int hour, int minute) => new(2026, 1, 1, hour, minute, 0, DateTimeKind.Utc);

    private void Listen(string schedule, bool useMonitor = true, bool runOnStartup = false)
    {
        var trigger = new TimerTriggerAttribute(schedule) { UseMonitor = useMonitor, RunOnStartup = runOnStartup };
        var listener = new TimerListener("F", TimerSchedule.Parse(schedule, TimeZoneInfo.Utc), trigger, _store, CallAsync, _time, NullLogger.Instance);
        _running = listener.RunAsync(_stop.Token);
    }

    private Task CallAsync(TimerInfo info)
    {
        _calls.Add((_time.GetUtcNow().UtcDateTime, info.IsPastDue, info.ScheduleStatus));
        return _body();
    }

    private async Task AdvanceAsync(TimeSpan by)
    {
        _time.Advance(by);
        await _time.WhenTimersAsync();
    }

    private (DateTime, DateTime, DateTime) Kept() => (_store.Kept!.Last, _store.Kept.Next, _store.Kept.LastUpdated);

    private sealed class MemoryStore : ITimerStatusStore
    {
        public ScheduleStatus? Kept { get; set; }

        public bool Fails { get; set; }

        public Task<ScheduleStatus?> ReadAsync(string function, CancellationToken cancellationToken) => Task.FromResult(Kept);

        public Task WriteAsync(string function, ScheduleStatus status, CancellationToken cancellationToken)
        {
            if (Fails)
            {
                throw new RequestFailedException(503, "busy");
            }

            Kept = status;
            return Task.CompletedTask;
        }
    }
}
