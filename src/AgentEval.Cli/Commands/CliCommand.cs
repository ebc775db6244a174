using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace AgentEval.Cli.Commands;

/// <summary>What a command does with its arguments; the result is the exit code.</summary>
internal delegate Task<int> CommandHandler(CliSession session, ParseResult arguments, CancellationToken cancellationToken);

/// <summary>A command with an example in its help.</summary>
internal sealed class CliCommand : Command
{
    public CliCommand(string name, string description, string example, CommandHandler handler)
        : base(name, description)
    {
        Handler = handler;
        Example = example;
        Options.Add(new HelpOption { Action = new HelpWithExample(example) });
    }

    public CommandHandler Handler { get; }

    /// <summary>One a line.</summary>
    public string Example { get; }

    private sealed class HelpWithExample(string example) : SynchronousCommandLineAction
    {
        private readonly HelpAction _help = new();

        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var code = _help.Invoke(parseResult);
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Example:");
            foreach (var line in example.Split('\n'))
            {
                output.WriteLine("  " + line.TrimEnd('\r'));
            }

            return code;
        }
    }
}
