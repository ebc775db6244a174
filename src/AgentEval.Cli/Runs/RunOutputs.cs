using AgentEval.Client;

namespace AgentEval.Cli.Runs;

/// <summary>Which files a run leaves. Null: not asked for.</summary>
internal sealed record RunOutputs
{
    public string? Folder { get; init; }

    public string FilenameTemplate { get; init; } = TrialFiles.DefaultTemplate;

    /// <summary>A report of each format that was asked for by name; one that the service does not give is an error.</summary>
    public IReadOnlyDictionary<ReportFormat, string> Reports { get; init; } = new Dictionary<ReportFormat, string>();

    public bool IsEmpty => Folder is null && Reports.Count == 0;
}
