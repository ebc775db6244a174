namespace AgentEval.LocalRuntime.Durable.Execution;

/// <summary>
/// Runs one orchestrator's code, one piece after the other in the order in which it became ready, on the thread that calls <see cref="Run"/>.
/// Whatever wants to continue it from another thread is refused: it is no durable task.
/// </summary>
internal sealed class OrchestratorThread : TaskScheduler
{
    public const string ForeignAwaitMessage =
        "An invalid asynchronous invocation was detected. This can be caused by awaiting non-durable tasks in an orchestrator function's "
        + "implementation or by middleware that invokes asynchronous code.";

    private readonly Queue<Task> _ready = new();
    private readonly Context _context;
    private readonly Action _onForeignAwait;
    private volatile int _threadId;

    public OrchestratorThread(Action onForeignAwait)
    {
        _onForeignAwait = onForeignAwait;
        _context = new Context(this);
    }

    public override int MaximumConcurrencyLevel => 1;

    private bool IsCurrent => _threadId == Environment.CurrentManagedThreadId;

    /// <summary>Runs the code and everything that becomes ready by it.</summary>
    public void Run(Action code)
    {
        var before = SynchronizationContext.Current;
        _threadId = Environment.CurrentManagedThreadId;
        SynchronizationContext.SetSynchronizationContext(_context);
        try
        {
            var first = new Task(code);
            first.Start(this);
            while (_ready.TryDequeue(out var task))
                TryExecuteTask(task);
            first.GetAwaiter().GetResult();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
            _threadId = 0;
        }
    }

    /// <exception cref="InvalidOperationException">The caller is not on the orchestrator's thread.</exception>
    public void EnsureCurrent()
    {
        if (!IsCurrent)
            throw new InvalidOperationException(ForeignAwaitMessage);
    }

    protected override void QueueTask(Task task)
    {
        if (IsCurrent)
            _ready.Enqueue(task);
        else
            _onForeignAwait();
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => IsCurrent && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => _ready;

    private sealed class Context(OrchestratorThread thread) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) =>
            Task.Factory.StartNew(() => d(state), CancellationToken.None, TaskCreationOptions.None, thread);

        public override void Send(SendOrPostCallback d, object? state)
        {
            thread.EnsureCurrent();
            d(state);
        }

        public override SynchronizationContext CreateCopy() => this;
    }
}
