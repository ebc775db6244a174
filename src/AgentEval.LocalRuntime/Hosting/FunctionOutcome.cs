using Microsoft.Azure.Functions.Worker;

namespace AgentEval.LocalRuntime.Hosting;

/// <summary>What a function returned, as a feature of its context.</summary>
internal sealed class FunctionOutcome : InvocationResult
{
    public override object? Value { get; set; }

    /// <exception cref="InvalidOperationException">The context was not made by this runtime.</exception>
    public static FunctionOutcome Of(FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Features.Get<FunctionOutcome>()
            ?? throw new InvalidOperationException($"No feature is registered with the type {typeof(FunctionOutcome)}.");
    }

    public InvocationResult<T> As<T>() => Value is T
        ? new Typed<T>(this)
        : throw new InvalidOperationException($"Requested type({typeof(T)}) does not match the type of Invocation result({Value?.GetType()})");

    private sealed class Typed<T>(FunctionOutcome outcome) : InvocationResult<T>
    {
        public override T? Value
        {
            get => (T?)outcome.Value;
            set => outcome.Value = value;
        }
    }
}
