namespace AgentEval.Core.Json.Schema;

/// <summary>One validation: its errors, and the bounds that keep a hostile schema from running for ever.</summary>
internal sealed class SchemaRun
{
    private const int MaxDepth = 400;
    private const int MaxSteps = 1_000_000;
    private const int MaxErrors = 100;

    private readonly List<SchemaError>? _errors;
    private readonly Bounds _bounds;

    public SchemaRun(List<SchemaError> errors, bool tracksEvaluated) => (_errors, TracksEvaluated, _bounds) = (errors, tracksEvaluated, new Bounds());

    private SchemaRun(SchemaRun parent) => (TracksEvaluated, _bounds) = (parent.TracksEvaluated, parent._bounds);

    public bool TracksEvaluated { get; }

    /// <summary>A trial whose errors nobody wants: the branches of <c>anyOf</c>, <c>not</c>, <c>if</c>, …</summary>
    public SchemaRun Silent() => new(this);

    /// <summary>Always false, so that it can be returned.</summary>
    public bool Fail(InstancePlace place, string schemaPath, string message)
    {
        if (_errors?.Count < MaxErrors)
        {
            _errors.Add(new SchemaError(place.Pointer, schemaPath, message));
        }

        return false;
    }

    public bool Enter(InstancePlace place, string schemaPath)
    {
        if (_bounds.Exhausted || ++_bounds.Steps > MaxSteps || _bounds.Depth >= MaxDepth)
        {
            _bounds.Exhausted = true;
            return Fail(place, schemaPath, "cannot be checked: the schema refers to itself without end, or is too large");
        }

        _bounds.Depth++;
        return true;
    }

    public void Leave() => _bounds.Depth--;

    /// <summary>Whether the bounds were reached: then nothing that was found counts, not even under <c>not</c>.</summary>
    public bool Exhausted => _bounds.Exhausted;

    private sealed class Bounds
    {
        public int Depth { get; set; }

        public int Steps { get; set; }

        public bool Exhausted { get; set; }
    }
}
