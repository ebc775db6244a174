namespace AgentEval.LocalRuntime.Durable.Execution;

/// <summary>The order of versions.</summary>
internal static class OrchestrationVersions
{
    public static int Compare(string left, string right) =>
        (string.IsNullOrWhiteSpace(left), string.IsNullOrWhiteSpace(right)) switch
        {
            (true, true) => 0,
            (true, false) => -1,
            (false, true) => 1,
            _ => Version.TryParse(left, out var l) && Version.TryParse(right, out var r)
                ? l.CompareTo(r)
                : string.Compare(left, right, StringComparison.OrdinalIgnoreCase),
        };
}
