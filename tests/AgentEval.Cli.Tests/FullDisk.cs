namespace AgentEval.Cli.Tests;

/// <summary>A standard output that takes nothing.</summary>
internal sealed class FullDisk : StringWriter
{
    public override void Write(char value) => throw new IOException("The disk is full.");

    public override void Write(string? value) => throw new UnauthorizedAccessException("no", new IOException("The disk is full."));

    public override void Write(char[] buffer, int index, int count) => throw new IOException("The disk is full.");
}
