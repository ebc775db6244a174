using Microsoft.Azure.Functions.Worker;

namespace AgentEval.LocalRuntime.Hosting;

internal sealed class LocalFunctionContext : FunctionContext
{
    private TraceContext? _trace;
    private BindingContext? _binding;
    private RetryContext? _retry;
    private IDictionary<object, object>? _items;

    public LocalFunctionContext(LocalFunction function, FunctionEvent @event, string invocationId, IServiceProvider services, CancellationToken cancellationToken)
    {
        Function = function;
        Event = @event;
        InvocationId = invocationId;
        InstanceServices = services;
        CancellationToken = cancellationToken;
        Features.Set(Outcome);
    }

    public LocalFunction Function { get; }

    public FunctionEvent Event { get; }

    public FunctionOutcome Outcome { get; } = new();

    public override string InvocationId { get; }

    public override string FunctionId => Function.Id;

    public override TraceContext TraceContext => _trace ??= new EventTrace(Event);

    public override BindingContext BindingContext => _binding ??= new EventBinding(Event);

    public override RetryContext RetryContext => _retry ??= new EventRetry(Event);

    public override IServiceProvider InstanceServices { get; set; }

    public override FunctionDefinition FunctionDefinition => Function;

    public override IDictionary<object, object> Items
    {
        get => _items ??= new Dictionary<object, object>();
        set => _items = value;
    }

    public override IInvocationFeatures Features { get; } = new InvocationFeatures();

    public override CancellationToken CancellationToken { get; }

    private sealed class EventBinding(FunctionEvent @event) : BindingContext
    {
        public override IReadOnlyDictionary<string, object?> BindingData => @event.BindingData;
    }

    private sealed class EventTrace(FunctionEvent @event) : TraceContext
    {
        public override string TraceParent => @event.TraceParent;

        public override string TraceState => @event.TraceState;
    }

    private sealed class EventRetry(FunctionEvent @event) : RetryContext
    {
        public override int RetryCount => @event.RetryCount;

        public override int MaxRetryCount => @event.MaxRetryCount;
    }
}
