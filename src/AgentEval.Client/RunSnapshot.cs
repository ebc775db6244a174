using System.Text.Json;
using System.Text.Json.Nodes;
using AgentEval.Core.Api;
using AgentEval.Core.Json;
using AgentEval.Core.Runs;

namespace AgentEval.Client;

/// <summary>A run as it is now: its view while it goes on, its result once it is finished.</summary>
public sealed record RunSnapshot
{
    public required string RunId { get; init; }

    public required RunStatus Status { get; init; }

    public required RunProgress Progress { get; init; }

    /// <summary>Null when there is a <see cref="Result"/>.</summary>
    public RunView? View { get; init; }

    /// <summary>Null until the run is finished, and when it broke before it was summarised.</summary>
    public RunResult? Result { get; init; }

    /// <summary>Why the run broke or was stopped.</summary>
    public string? Message => Result?.Message ?? View?.Message;

    /// <summary>The document as the service gave it.</summary>
    public required JsonObject Document { get; init; }

    public bool IsFinished => Status.IsFinished();

    /// <exception cref="JsonException">The document is not a run.</exception>
    internal static RunSnapshot Read(JsonObject document)
    {
        // A run that broke before it was summarised is finished without a result.
        var result = document["metrics"] is JsonObject ? document.Deserialize<RunResult>(AgentEvalJson.Options) : null;
        var view = result is null ? document.Deserialize<RunView>(AgentEvalJson.Options) : null;
        return new RunSnapshot
        {
            RunId = result?.RunId ?? view!.RunId,
            Status = result?.Status ?? view!.Status,
            Progress = view?.Progress ?? document["progress"]?.Deserialize<RunProgress>(AgentEvalJson.Options) ?? new RunProgress(),
            View = view,
            Result = result,
            Document = document,
        };
    }
}
