using System.Text.Json;
using System.Text.Json.Nodes;
using AgentEval.Core.Json;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Validators;

/// <summary>The options that every validator understands.</summary>
internal sealed record ValidatorOptions
{
    public const double DefaultMinConfidence = 0.5;

    private static readonly string[] CommonKeys = ["enabled", "types", "severity", "minConfidence"];

    /// <summary>Default true.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Only these types are reported; null: the validator's default ones.</summary>
    public IReadOnlyList<string>? Types { get; init; }

    /// <summary>By type: replaces the severity of the rules.</summary>
    public IReadOnlyDictionary<string, Severity> Severities { get; init; } = new Dictionary<string, Severity>();

    /// <summary>Findings below it are dropped, 0.0 to 1.0; default 0.5.</summary>
    public double MinConfidence { get; init; } = DefaultMinConfidence;

    /// <summary>The options and, for a validator with options of its own, what reads those.</summary>
    public static (ValidatorOptions Options, ObjectCursor Json) Read(
        JsonObject json, string path, ProblemList problems, IReadOnlyList<string> knownTypes, params ReadOnlySpan<string> ownKeys)
    {
        var reader = new ObjectCursor(json, path, problems, [.. CommonKeys, .. ownKeys]);
        var types = reader.Texts("types");
        if (reader.Node("types") is JsonArray { Count: 0 })
        {
            reader.Error("types", ProblemCodes.InvalidValue, "'types' must name at least one. To switch the validator off, write { enabled: false }.");
        }

        foreach (var unknown in (types ?? []).Where(type => !knownTypes.Contains(type)))
        {
            problems.Error(reader.At("types"), ProblemCodes.InvalidValue, $"Unknown type '{unknown}'. Known are: {string.Join(", ", knownTypes)}.");
        }

        var options = new ValidatorOptions
        {
            Enabled = reader.Flag("enabled") ?? true,
            Types = types,
            Severities = ReadSeverities(reader, knownTypes),
            MinConfidence = reader.Number("minConfidence", 0, 1) ?? DefaultMinConfidence,
        };
        return (options, reader);
    }

    /// <summary>What the options make of a finding; null: not reported.</summary>
    public Finding? Apply(Finding finding)
    {
        if (finding.Confidence < MinConfidence || Types?.Contains(finding.Type) == false)
        {
            return null;
        }

        return Severities.TryGetValue(finding.Type, out var severity) ? finding with { Severity = severity } : finding;
    }

    private static Dictionary<string, Severity> ReadSeverities(ObjectCursor reader, IReadOnlyList<string> knownTypes)
    {
        var severities = new Dictionary<string, Severity>(StringComparer.Ordinal);
        var given = reader.Open("severity", knownTypes);
        foreach (var type in knownTypes)
        {
            if (given?.Choice<Severity>(type) is { } severity)
            {
                severities[type] = severity;
            }
        }

        return severities;
    }
}
