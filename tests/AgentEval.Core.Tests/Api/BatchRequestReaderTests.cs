using System.Text.Json.Nodes;
using AgentEval.Core.Api;

namespace AgentEval.Core.Tests.Api;

public sealed class BatchRequestReaderTests
{
    [Theory]
    [InlineData("""{ "batchId": "nightly_2026-01.a", "runs": [{}] }""", null)]
    [InlineData("""{ "runs": [{}] }""", null)]
    [InlineData("""{ "batchId": "..", "runs": [{}] }""", "batchId")]
    [InlineData("""{ "batchId": ".", "runs": [{}] }""", "batchId")]
    [InlineData("""{ "batchId": "a/b", "runs": [{}] }""", "batchId")]
    [InlineData("""{ "batchId": "a", "runs": [] }""", "runs")]
    [InlineData("""{ "batchId": "a", "runs": {} }""", "runs")]
    [InlineData("""{ "batchId": "a" }""", "runs")]
    [InlineData("[]", "")]
    public void Read_Request_TellsWhereItIsWrong(string json, string? path)
    {
        var read = BatchRequestReader.Read(JsonNode.Parse(json));

        Assert.Equal(path, read.Problems.Errors.Select(error => error.Path).SingleOrDefault());
    }
}
