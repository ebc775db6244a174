using System.Collections.Immutable;
using Microsoft.Azure.Functions.Worker;

namespace AgentEval.LocalRuntime.Hosting;

/// <summary>What triggers one execution: the trigger parameter's value, made for the context, and the data that other parameters find by name.</summary>
internal sealed record FunctionEvent(Func<LocalFunctionContext, object?> Trigger)
{
    public IReadOnlyDictionary<string, object?> BindingData { get; init; } = ImmutableDictionary<string, object?>.Empty;

    public string TraceParent { get; init; } = "";

    public string TraceState { get; init; } = "";

    public int RetryCount { get; init; }

    public int MaxRetryCount { get; init; }
}

/// <summary>Fills parameters marked with an <see cref="Microsoft.Azure.Functions.Worker.Extensions.Abstractions.InputBindingAttribute"/>.</summary>
internal interface IInputBinding
{
    bool Handles(System.Reflection.ParameterInfo parameter);

    object? Bind(System.Reflection.ParameterInfo parameter, FunctionContext context);
}
