using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using AgentEval.Functions.Tests.Fakes;
using AgentEval.Functions.Triggers;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Tests.Triggers.OpenApi;

/// <summary>Calls the functions by their description, and holds every answer against it: its status, its type and its headers must be described.</summary>
internal sealed class DescribedApp(AppBench bench, HashSet<(string Operation, int Status)> seen)
{
    /// <summary>Of nothing that is stored.</summary>
    public const string Unknown = "unknown";

    private static readonly string[] TellingHeaders = ["Location", "Retry-After"];

    private static readonly Dictionary<string, MethodInfo> Functions = typeof(GetRun).Assembly.GetTypes()
        .SelectMany(type => type.GetMethods())
        .Where(method => method.GetParameters().Any(parameter => parameter.IsDefined(typeof(HttpTriggerAttribute))))
        .ToDictionary(method => method.GetCustomAttribute<FunctionAttribute>()!.Name);

    /// <summary>A body that the operation takes; <c>{}</c> for one that takes none.</summary>
    public static JsonObject BodyOf(DescribedOperation operation) => operation.Id switch
    {
        "submitRun" or "validateRun" => Samples.Request(),
        "submitBatch" => new JsonObject { ["runs"] = new JsonArray(Samples.Request()) },
        "putSuite" or "putSuiteVersion" or "validateSuite" => Samples.Suite(Unknown, Unknown),
        "putAgent" => Samples.Agent(name: Unknown),
        "putSchedule" => new JsonObject { ["cron"] = "0 6 * * *", ["run"] = Samples.Request() },
        "purgeRuns" => new JsonObject { ["keepLast"] = 1 },
        _ => [],
    };

    /// <param name="operation">What is called.</param>
    /// <param name="query">Without the question mark.</param>
    /// <param name="body">Null: <see cref="BodyOf"/>.</param>
    /// <param name="context">Null: one that goes on.</param>
    public static FakeHttpRequest Request(DescribedOperation operation, string query = "", JsonNode? body = null, FakeContext? context = null) => FakeHttpRequest.Send(
        operation.Method, $"{operation.Path[1..]}?{query}", Encoding.UTF8.GetBytes((body ?? BodyOf(operation)).ToJsonString()), context: context);

    public Task<HttpResponseData> CallAsync(DescribedOperation operation, string place = Unknown) => CallAsync(operation, Request(operation), place);

    /// <param name="operation">What is called.</param>
    /// <param name="request">As it comes.</param>
    /// <param name="place">For every place of the route.</param>
    public async Task<HttpResponseData> CallAsync(DescribedOperation operation, FakeHttpRequest request, string place = Unknown)
    {
        var function = Functions[char.ToUpperInvariant(operation.Id[0]) + operation.Id[1..]];
        var arguments = function.GetParameters().Select(parameter => parameter.ParameterType switch
        {
            var type when type == typeof(HttpRequestData) => request,
            var type when type == typeof(DurableTaskClient) => bench.Client,
            _ => (object)place,
        });
        var response = await (Task<HttpResponseData>)function.Invoke(function.IsStatic ? null : bench.Create(function.DeclaringType!), [.. arguments])!;
        seen.Add((operation.Id, (int)response.StatusCode));
        AssertDescribed(operation, response);
        return response;
    }

    private static void AssertDescribed(DescribedOperation operation, HttpResponseData response)
    {
        var status = $"{(int)response.StatusCode}";
        Assert.True(operation.Answers.ContainsKey(status), $"{operation} answered {status}, which is not described: {response.Text()}");
        var answer = operation.Answers[status];
        var types = answer["content"]?.AsObject().Select(each => each.Key).ToList() ?? [];
        Assert.True(types.Count == 0 == (response.Body.Length == 0), $"{operation} {status}: {response.Text()}");
        if (types.Count > 0)
        {
            Assert.Contains(response.Header("Content-Type")!.Split(';')[0], types);
        }

        Assert.Equal((answer["headers"]?.AsObject() ?? []).Select(each => each.Key).Order(), TellingHeaders.Where(name => response.Header(name) is not null));
    }
}
