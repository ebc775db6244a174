using System.Reflection;
using AgentEval.LocalRuntime.Durable;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.DurableTask;

namespace AgentEval.LocalRuntime.Hosting;

/// <summary>Makes the app's functions callable for the task hub.</summary>
internal sealed class DurableFunctionsFactory(FunctionCatalogue catalogue, FunctionRunner runner, IServiceProvider services)
{
    public DurableFunctions Create() => new(
        catalogue.TriggeredBy<OrchestrationTriggerAttribute>()
            .ToDictionary(f => f.Trigger.Orchestration ?? f.Function.Name, f => Orchestrator(f.Function), StringComparer.OrdinalIgnoreCase),
        catalogue.TriggeredBy<ActivityTriggerAttribute>()
            .ToDictionary(f => f.Trigger.Activity ?? f.Function.Name, f => Activity(f.Function), StringComparer.OrdinalIgnoreCase));

    private ActivityFunction Activity(LocalFunction function)
    {
        var type = function.TriggerParameter.ParameterType;
        return (invocation, cancellationToken) =>
        {
            var @event = new FunctionEvent(_ => Input(invocation.InputJson, type))
            {
                BindingData = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase) { ["instanceId"] = invocation.InstanceId },
            };
            return runner.RunAsync(function, @event, cancellationToken);
        };
    }

    /// <summary>
    /// Called directly on the orchestrator's thread at every turn: no middleware, scope or time limit, all of which would await things
    /// that a replay must not wait for.
    /// </summary>
    private Func<TaskOrchestrationContext, Task<object?>> Orchestrator(LocalFunction function)
    {
        if (function.Arguments.FirstOrDefault(p => p.IsDefined(typeof(InputBindingAttribute))) is { } other)
        {
            throw new InvalidOperationException($"The orchestrator '{function.Name}' takes '{other.Name}': an orchestrator has no other bindings than its context.");
        }

        return orchestration => function.CallAsync(services, [.. function.Arguments.Select(p => Argument(function, p, orchestration))]);
    }

    private object? Argument(LocalFunction function, ParameterInfo parameter, TaskOrchestrationContext orchestration) =>
        parameter == function.TriggerParameter ? orchestration
        : parameter.ParameterType == typeof(CancellationToken) ? CancellationToken.None
        : parameter.ParameterType == typeof(FunctionContext)
            ? new LocalFunctionContext(function, new FunctionEvent(_ => orchestration), orchestration.InstanceId, services, CancellationToken.None)
        : OrchestratorInput.Read(parameter.ParameterType, orchestration);

    private static object? Input(string? json, Type type) =>
        DurableJson.Converter.Deserialize(json, type) ?? (type.IsValueType ? Activator.CreateInstance(type) : null);

    /// <summary>A parameter beside the context is the orchestration's input, as in the real worker.</summary>
    private abstract class OrchestratorInput
    {
        public static object? Read(Type type, TaskOrchestrationContext context) =>
            ((OrchestratorInput)Activator.CreateInstance(typeof(Of<>).MakeGenericType(type))!).Read(context);

        protected abstract object? Read(TaskOrchestrationContext context);

        private sealed class Of<T> : OrchestratorInput
        {
            protected override object? Read(TaskOrchestrationContext context) => context.GetInput<T>();
        }
    }
}
