using AgentEval.LocalRuntime.Hosting;

namespace Microsoft.Azure.Functions.Worker;

public static class FunctionContextBindingFeatureExtensions
{
    /// <exception cref="InvalidOperationException">The function returned something else.</exception>
    public static InvocationResult<T> GetInvocationResult<T>(this FunctionContext context) => FunctionOutcome.Of(context).As<T>();

    public static InvocationResult GetInvocationResult(this FunctionContext context) => FunctionOutcome.Of(context);
}
