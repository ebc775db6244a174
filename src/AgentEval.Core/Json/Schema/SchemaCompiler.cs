using System.Text.Json;
using System.Text.Json.Nodes;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Json.Schema;

/// <summary>Turns a schema document into <see cref="SchemaNode"/>s: first every subschema and its names, then the references between them.</summary>
internal sealed class SchemaCompiler(ProblemList problems, string problemPath)
{
    private const string DefaultBase = "agenteval:/schema";

    private readonly Dictionary<JsonNode, SchemaNode> _nodes = new(ReferenceEqualityComparer.Instance);
    private readonly List<(RefKeyword Keyword, Uri Target, string Text, string Path)> _references = [];
    private readonly SchemaResources _resources = new();

    /// <summary>Whether <c>unevaluatedProperties</c> or <c>unevaluatedItems</c> stands anywhere: only then is what was looked at recorded.</summary>
    public bool UsesUnevaluated { get; set; }

    public SchemaNode Compile(JsonNode? document)
    {
        var root = new Uri(DefaultBase);
        _resources.AddRoot(root, document);
        var node = Schema(document, "#", root);
        for (var next = 0; next < _references.Count; next++)
        {
            Resolve(_references[next]);
        }

        return node;
    }

    /// <summary>A subschema at a place; whatever is not a schema is reported and allows everything.</summary>
    public SchemaNode Schema(JsonNode? schema, string path, Uri baseUri)
    {
        if (schema is not null && _nodes.TryGetValue(schema, out var known))
        {
            return known;
        }

        var node = new SchemaNode(path);
        if (schema is not null)
        {
            _nodes[schema] = node;
        }

        if (schema is JsonObject json)
        {
            var own = _resources.Register(json, baseUri);
            node.Keywords.AddRange(new KeywordReader(this, json, path, own).Read());
        }
        else if (schema?.GetValueKind() is JsonValueKind.True or JsonValueKind.False)
        {
            node.Constant = schema.GetValue<bool>();
        }
        else
        {
            Report(path, ProblemCodes.WrongType, "A schema is an object, true or false.");
        }

        return node;
    }

    public RefKeyword Reference(string reference, string path, Uri baseUri)
    {
        var keyword = new RefKeyword(path);
        if (Uri.TryCreate(baseUri, reference, out var target))
        {
            _references.Add((keyword, target, reference, path));
        }
        else
        {
            Report(path, ProblemCodes.InvalidValue, $"'{reference}' is not a reference.");
        }

        return keyword;
    }

    public void Report(string path, string code, string message) =>
        problems.Error(problemPath, code, path == "#" ? message : $"At {path}: {message}");

    public LinearPattern? Pattern(string pattern, string path)
    {
        var own = new ProblemList();
        var linear = LinearPattern.Create(EcmaPattern.ToDotNet(pattern), ignoreCase: false, path, own);
        foreach (var problem in own.Errors)
        {
            Report(path, problem.Code, problem.Message);
        }

        return linear;
    }

    private void Resolve((RefKeyword Keyword, Uri Target, string Text, string Path) reference)
    {
        if (_resources.Find(reference.Target) is { } found)
        {
            reference.Keyword.Target = Schema(found.Schema, "#" + found.Pointer, found.BaseUri);
            return;
        }

        reference.Keyword.Target = new SchemaNode(reference.Path) { Constant = true };
        Report(
            reference.Path,
            ProblemCodes.UnknownReference,
            $"'{reference.Text}' is not in this schema. References to other documents are not followed: put it under $defs.");
    }
}
