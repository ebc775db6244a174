using AgentEval.LocalRuntime.Hosting;
using AgentEval.LocalRuntime.Http;
using Microsoft.Azure.Functions.Worker.Http;

namespace Microsoft.Azure.Functions.Worker;

public static class FunctionContextHttpRequestExtensions
{
    /// <summary>The request; null when the function is not triggered by HTTP.</summary>
    public static ValueTask<HttpRequestData?> GetHttpRequestDataAsync(this FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new(LocalHttpRequest.Of(context));
    }

    /// <summary>The response; null before the function has returned one.</summary>
    public static HttpResponseData? GetHttpResponseData(this FunctionContext context) => FunctionOutcome.Of(context).Value as HttpResponseData;
}
