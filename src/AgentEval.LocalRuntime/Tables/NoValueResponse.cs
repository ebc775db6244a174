using Azure;

namespace AgentEval.LocalRuntime.Tables;

/// <summary>The answer when there is no such entity.</summary>
internal sealed class NoValueResponse<T>(Response response) : NullableResponse<T>
{
    public override bool HasValue => false;

    public override T Value => throw new InvalidOperationException($"The response has no value: the service answered {response.Status}.");

    public override Response GetRawResponse() => response;
}
