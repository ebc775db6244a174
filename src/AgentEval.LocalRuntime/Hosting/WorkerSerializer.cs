using System.Text.Json;
using Azure.Core.Serialization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AgentEval.LocalRuntime.Hosting;

/// <summary>The serializer of the worker: for HTTP bodies and for what enters a history.</summary>
internal static class WorkerSerializer
{
    public static ObjectSerializer Of(FunctionContext context) => Of(context.InstanceServices);

    public static ObjectSerializer Of(IServiceProvider services) => services.GetService<IOptions<WorkerOptions>>()?.Value.Serializer
        ?? throw new InvalidOperationException("A serializer is not configured for the worker.");

    /// <summary>The worker's defaults: System.Text.Json's own, but property names are read whatever their case.</summary>
    public static void AddDefaults(IServiceCollection services)
    {
        services.Configure<JsonSerializerOptions>(options => options.PropertyNameCaseInsensitive = true);
        services.AddOptions<WorkerOptions>().PostConfigure<IOptions<JsonSerializerOptions>>(
            (worker, json) => worker.Serializer ??= new JsonObjectSerializer(json.Value));
    }
}
