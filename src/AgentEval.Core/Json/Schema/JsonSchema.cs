using System.Text.Json.Nodes;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Json.Schema;

/// <summary>
/// A JSON Schema of draft 2020-12. References stay inside the document (<c>$defs</c>, pointers, <c>$anchor</c>, embedded <c>$id</c>); <c>format</c> is an
/// annotation; <c>$dynamicRef</c> is refused. Immutable and safe for many threads.
/// </summary>
internal sealed class JsonSchema
{
    private readonly SchemaNode _root;
    private readonly bool _tracksEvaluated;

    private JsonSchema(SchemaNode root, bool tracksEvaluated) => (_root, _tracksEvaluated) = (root, tracksEvaluated);

    /// <summary>Null after reporting everything wrong with the schema.</summary>
    public static JsonSchema? Read(JsonNode? schema, string path, ProblemList problems)
    {
        var own = new ProblemList();
        var compiler = new SchemaCompiler(own, path);
        var root = compiler.Compile(schema);
        problems.AddRange(own);
        return own.HasErrors ? null : new JsonSchema(root, compiler.UsesUnevaluated);
    }

    /// <summary>Empty: the instance satisfies the schema.</summary>
    public IReadOnlyList<SchemaError> Validate(JsonNode? instance)
    {
        var errors = new List<SchemaError>();
        var run = new SchemaRun(errors, _tracksEvaluated);
        _root.Apply(instance, new InstancePlace(null, ""), run, null);
        return errors;
    }
}
