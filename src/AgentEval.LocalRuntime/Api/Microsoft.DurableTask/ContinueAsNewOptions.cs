namespace Microsoft.DurableTask;

/// <summary>How an orchestration starts over.</summary>
public class ContinueAsNewOptions
{
    public object? NewInput { get; set; }

    /// <summary>Whether events that nobody awaited yet reach the new execution.</summary>
    public bool PreserveUnprocessedEvents { get; set; } = true;

    /// <summary>Null or white space: the version stays.</summary>
    public string? NewVersion { get; set; }
}
