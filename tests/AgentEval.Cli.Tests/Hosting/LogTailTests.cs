using AgentEval.Cli.Hosting;

namespace AgentEval.Cli.Tests.Hosting;

public sealed class LogTailTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_LinesOfKilobytes_AreCutAndTheFileIsNamed()
    {
        var log = _folder.Write("app.log", $"ready\n   at {new string('x', 3_000)}\nend\n");

        var lines = LogTail.Read(log).ReplaceLineEndings("\n").Split('\n');

        Assert.Equal([$"The end of {log}:", "  ready", $"  at {new string('x', 297)}…", "  end"], lines);
    }
}
