using AgentEval.Core.Settings;

namespace AgentEval.Core.Api;

/// <summary>Every key of a run request and of a batch.</summary>
internal static class RunRequestKeys
{
    public static readonly IReadOnlyList<string> Request = ["suite", "agent", .. SettingsKeys.Blocks, "submitter", "labels"];

    public static readonly IReadOnlyList<string> Submitter = ["name", "email", "organization", "termsAccepted"];

    public static readonly IReadOnlyList<string> Batch = ["batchId", "runs"];
}
