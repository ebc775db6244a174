using Microsoft.Azure.Functions.Worker.Middleware;

namespace AgentEval.LocalRuntime.Hosting;

/// <summary>The app's middleware, the first added outermost.</summary>
internal sealed class FunctionPipelineBuilder
{
    private readonly List<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> _middleware = [];

    public void Add(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware) => _middleware.Add(middleware);

    public FunctionExecutionDelegate Build(FunctionExecutionDelegate execution) =>
        Enumerable.Reverse(_middleware).Aggregate(execution, (next, middleware) => middleware(next));
}
