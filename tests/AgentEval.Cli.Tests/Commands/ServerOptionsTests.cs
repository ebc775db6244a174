using System.CommandLine;
using AgentEval.Cli.Commands;

namespace AgentEval.Cli.Tests.Commands;

public sealed class ServerOptionsTests
{
    [Theory]
    [InlineData("agenteval trial r a~1")]
    [InlineData("agenteval trial r a~1 --data d9", "--data", "d9")]
    [InlineData("agenteval trial r a~1 --server https://evals.example.com", "--server", "https://evals.example.com", "--key", "k3y")]
    [InlineData("agenteval trial r a~1 --server https://evals.example.com/x", "--server", "https://me:secret@evals.example.com/x/?code=k3y", "--data", "d9")]
    public void Command_ToTypeNext_RepeatsWherePlaceWasNamed(string expected, params string[] given) => Assert.Equal(expected, Told(given));

    [LinuxFact]
    public void Command_FolderThatAShellWouldTakeApart_IsQuoted()
    {
        Assert.Equal("agenteval trial r a~1 --data 'my evals'", Told("--data", "my evals"));
        Assert.Equal(@"agenteval trial r a~1 --data '$(it'\''s)'", Told("--data", "$(it's)"));
    }

    private static string Told(params string[] given)
    {
        var command = new Command("trial");
        var options = new ServerOptions();
        options.AddTo(command);
        using var text = new StringWriter();
        using var session = new CliSession(
            new CliEnvironment
            {
                Output = text,
                Error = text,
                Variable = _ => null,
                Time = TimeProvider.System,
                Installation = () => throw new InvalidOperationException("No local host is expected."),
            },
            OutputFormat.Text, verbose: false, new CliLog(text, CliLogLevel.Warning, file: null, TimeProvider.System));

        options.IsWithoutData(session, command.Parse(given));

        return session.Command("trial r a~1");
    }
}
