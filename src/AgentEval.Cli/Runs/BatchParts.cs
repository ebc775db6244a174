using System.Text;
using System.Text.Json.Nodes;
using AgentEval.Core.Api;
using AgentEval.Core.Json;
using AgentEval.Core.Problems;

namespace AgentEval.Cli.Runs;

/// <summary>Cuts a batch file into batches the service takes: 1,000 runs and 1 MB each. One that fits stays as it is.</summary>
internal static class BatchParts
{
    /// <summary>1 MB less what stands around the runs.</summary>
    private const int MaxBytes = 990_000;

    /// <summary>Parts of a batch with an id are named after it: <c>nightly.1</c>, <c>nightly.2</c>. What is not a batch at all is left for the service to refuse.</summary>
    /// <param name="batch">The document.</param>
    /// <param name="path">Of its file, for the message.</param>
    /// <param name="store">The command that stores a suite, for the message.</param>
    /// <exception cref="CliException">A single run is too large.</exception>
    public static IReadOnlyList<JsonObject> Of(JsonObject batch, string path, string store)
    {
        if (batch["runs"] is not JsonArray { Count: > 0 } runs || (runs.Count <= BatchRequestReader.MaxRuns && Bytes(batch) <= MaxBytes))
        {
            return [batch];
        }

        var parts = new List<JsonObject>();
        var room = 0;
        for (var index = 0; index < runs.Count; index++)
        {
            var bytes = Bytes(runs[index]) + 1;
            if (bytes > MaxBytes)
            {
                throw TooLarge(path, index, bytes, store);
            }

            if (parts.Count == 0 || bytes > room || ((JsonArray)parts[^1]["runs"]!).Count == BatchRequestReader.MaxRuns)
            {
                parts.Add(Part(batch, parts.Count + 1));
                room = MaxBytes;
            }

            ((JsonArray)parts[^1]["runs"]!).Add(runs[index]?.DeepClone());
            room -= bytes;
        }

        return parts;
    }

    private static JsonObject Part(JsonObject batch, int number)
    {
        var part = new JsonObject(batch.Where(member => member.Key is not ("runs" or "batchId")).Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())));
        if (batch["batchId"] is { } id)
        {
            part["batchId"] = id is JsonValue value && value.TryGetValue(out string? name) ? $"{name}.{number}" : id.DeepClone();
        }

        part["runs"] = new JsonArray();
        return part;
    }

    private static int Bytes(JsonNode? node) => Encoding.UTF8.GetByteCount(node?.ToJsonString(AgentEvalJson.Options) ?? "null");

    private static CliException TooLarge(string path, int index, int bytes, string store) => new(ExitCodes.BadInput, $"{path} cannot be sent.")
    {
        File = path,
        Problems = [new Problem($"runs[{index}]", ProblemCodes.TooLarge, $"This run has {bytes:N0} bytes; a request has 1 MB at most. Store its suite (`{store}`, up to 10 MB) and name it.")],
    };
}
