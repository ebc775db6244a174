using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace AgentEval.LocalRuntime.Hosting;

/// <summary>Fills <c>[DurableClient] DurableTaskClient</c> parameters.</summary>
internal sealed class DurableClientBinding : IInputBinding
{
    /// <summary>Set when the task hub starts, which is before any function runs.</summary>
    public DurableTaskClient? Client { get; set; }

    public bool Handles(ParameterInfo parameter) =>
        parameter.IsDefined(typeof(DurableClientAttribute)) && parameter.ParameterType == typeof(DurableTaskClient);

    public object? Bind(ParameterInfo parameter, FunctionContext context) => Client;
}
