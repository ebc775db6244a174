namespace AgentEval.Cli.Tests;

public sealed class RedirectedWriterTests
{
    [Theory]
    [InlineData("--help")]
    [InlineData("--version")]
    [InlineData("version")]
    [InlineData("version", "--output", "json")]
    public async Task Answer_StandardOutputTakesNothing_EndsInAMessage(params string[] args)
    {
        using var error = new StringWriter();

        var code = await CliApplication.RunAsync(args, Environment(new RedirectedWriter(new FullDisk(), isAnswer: true), error), default);

        Assert.Equal(ExitCodes.Trouble, code);
        Assert.Equal($"error: The answer cannot be written to standard output: The disk is full.{System.Environment.NewLine}", error.ToString());
    }

    [Fact]
    public async Task Trouble_NobodyHears_KeepsItsExitCode()
    {
        using var output = new StringWriter();

        var code = await CliApplication.RunAsync(["nonsense"], Environment(output, new RedirectedWriter(new FullDisk(), isAnswer: false)), default);

        Assert.Equal((ExitCodes.BadInput, ""), (code, output.ToString()));
    }

    [Fact]
    public void Write_OfEveryKind_ArrivesWhole()
    {
        using var inner = new StringWriter { NewLine = "\n" };
        using var writer = new RedirectedWriter(inner, isAnswer: true) { NewLine = "\n" };

        writer.Write('a');
        writer.Write("bc");
        writer.Write(new[] { 'd', 'e' }, 1, 1);
        writer.Write("fg".AsSpan());
        writer.WriteLine("h");
        writer.Flush();

        Assert.Equal("abcefgh\n", inner.ToString());
    }

    private static CliEnvironment Environment(TextWriter output, TextWriter error) => new()
    {
        Output = output,
        Error = error,
        Variable = _ => null,
        Time = TimeProvider.System,
        Installation = () => throw new InvalidOperationException("No local host is expected."),
    };
}
