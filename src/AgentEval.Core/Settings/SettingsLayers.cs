using System.Text.Json;
using System.Text.Json.Nodes;
using AgentEval.Core.Json;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Settings;

/// <summary>
/// Settings come in layers: the app's, the agent's, the suite's defaults, the run request's. Objects merge, lists and single values replace, an absent key
/// overrides nothing, and null resets to "no limit" (or to the built-in default where there is always a value).
/// </summary>
public static class SettingsLayers
{
    /// <summary>The keys of the blocks a layer may hold: <c>seed epochs limit startAt filters execution redTeam replay validators gate budget notify</c>.</summary>
    public static IReadOnlyList<string> Blocks => SettingsKeys.Blocks;

    /// <summary>Reports everything wrong with one layer.</summary>
    public static void Check(JsonObject layer, string path, ProblemList problems) =>
        SettingsReader.Read(new ObjectCursor(layer, path, problems, SettingsKeys.Blocks));

    /// <summary>Merges the layers, the last one winning, over the built-in defaults. Paths of problems are those of the layer.</summary>
    public static ReadResult<RunSettings> Resolve(IReadOnlyList<JsonObject> layersInRisingOrder)
    {
        ArgumentNullException.ThrowIfNull(layersInRisingOrder);
        var problems = new ProblemList();
        foreach (var layer in layersInRisingOrder)
        {
            Check(layer, "", problems);
        }

        if (problems.HasErrors)
        {
            return new(null, problems);
        }

        var merged = new ProblemList();
        var settings = SettingsReader.Read(new ObjectCursor(Merge(layersInRisingOrder), "", merged, SettingsKeys.Blocks));
        problems.AddRange(merged);
        return ReadResult<RunSettings>.Of(settings, problems);
    }

    /// <summary>The layers as one, unchecked; the inputs are not changed.</summary>
    public static JsonObject Merge(IReadOnlyList<JsonObject> layersInRisingOrder)
    {
        ArgumentNullException.ThrowIfNull(layersInRisingOrder);
        var merged = new JsonObject();
        foreach (var layer in layersInRisingOrder)
        {
            MergeInto(merged, layer);
        }

        return merged;
    }

    /// <summary>Every block with every value: reading it again as the only layer gives the same settings.</summary>
    public static JsonObject ToJson(RunSettings settings) => JsonSerializer.SerializeToNode(settings, AgentEvalJson.Options)!.AsObject();

    private static void MergeInto(JsonObject target, JsonObject layer)
    {
        foreach (var (key, value) in layer)
        {
            if (value is JsonObject members && target[key] is JsonObject existing)
            {
                MergeInto(existing, members);
            }
            else
            {
                target[key] = value?.DeepClone();
            }
        }
    }
}
