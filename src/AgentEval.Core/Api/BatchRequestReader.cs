using System.Text.Json.Nodes;
using AgentEval.Core.Json;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Api;

/// <summary>Reads <c>{ batchId, runs }</c>; the runs themselves are read one by one with <see cref="RunRequestReader"/>.</summary>
public static class BatchRequestReader
{
    public const int MaxRuns = 1_000;

    public static ReadResult<BatchRequest> Read(JsonNode? node)
    {
        var document = DocumentReader.Recheck(node);
        if (document.Value is null)
        {
            return new(null, document.Problems);
        }

        var problems = new ProblemList();
        if (ObjectCursor.Open(document.Value, "", problems, RunRequestKeys.Batch) is not { } batch)
        {
            return new(null, problems);
        }

        batch.Required("runs");
        var runs = batch.Items("runs").Select(item => item.Node).ToList();
        if (batch.Node("runs") is JsonArray { Count: 0 or > MaxRuns })
        {
            batch.Error("runs", ProblemCodes.OutOfRange, $"A batch has from 1 to {MaxRuns} runs.");
        }

        var batchId = batch.Id("batchId", required: false);
        if (batchId is "." or "..")
        {
            batch.Error("batchId", ProblemCodes.InvalidFormat, $"'{batchId}' cannot stand in an address, so nobody could ask for the batch; use another name.");
        }

        return ReadResult<BatchRequest>.Of(new BatchRequest(batchId, runs), problems);
    }
}
