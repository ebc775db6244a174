using System.Globalization;
using AgentEval.SampleAgent.Bot;

namespace AgentEval.SampleAgent;

/// <summary>The command line of the sample agent.</summary>
/// <param name="Port"><c>--port N</c>; 0, the default, takes a free one.</param>
/// <param name="Model"><c>--model safe|leaky</c>, for callers that name none; default <c>safe</c>.</param>
/// <param name="ReadyFile"><c>--ready-file F</c>: gets <c>{"pid","url"}</c> once the agent listens.</param>
internal sealed record SampleAgentOptions(int Port = 0, string Model = BotModels.Safe, string? ReadyFile = null)
{
    /// <exception cref="ArgumentException">An option is unknown or its value is; the message says what to write instead.</exception>
    public static SampleAgentOptions Parse(string[] args)
    {
        var options = new SampleAgentOptions();
        for (var index = 0; index < args.Length; index += 2)
        {
            var value = index + 1 < args.Length ? args[index + 1] : throw new ArgumentException($"{args[index]} needs a value.");
            options = args[index] switch
            {
                "--port" => options with { Port = ReadPort(value) },
                "--model" => options with { Model = BotModels.IsKnown(value) ? value : throw new ArgumentException(BotModels.Unknown(value)) },
                "--ready-file" => options with { ReadyFile = value },
                _ => throw new ArgumentException($"There is no option {args[index]}; known are --port, --model and --ready-file."),
            };
        }

        return options;
    }

    private static int ReadPort(string value) => ushort.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
        ? port
        : throw new ArgumentException($"--port takes a number from 0 (any free port) to 65535, not '{value}'.");
}
