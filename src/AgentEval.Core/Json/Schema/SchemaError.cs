namespace AgentEval.Core.Json.Schema;

/// <param name="InstancePath">JSON Pointer into the instance; empty: the instance itself.</param>
/// <param name="SchemaPath">JSON Pointer into the schema, from <c>#</c>.</param>
/// <param name="Message">What was wanted and what was found.</param>
internal sealed record SchemaError(string InstancePath, string SchemaPath, string Message)
{
    public override string ToString() => $"{(InstancePath.Length == 0 ? "the value" : InstancePath)} {Message} ({SchemaPath}).";
}
