using System.Globalization;

namespace AgentEval.SampleAgent;

/// <summary>The command line of the sample agent.</summary>
/// <param name="Port"><c>--port N</c>; 0, the default, takes a free one.</param>
/// <param name="Model"><c>--model safe|leaky</c>, for callers that name none; default <c>safe</c>.</param>
/// <param name="ReadyFile"><c>--ready-file F</c>: gets <c>{"pid","url"}</c> once the agent listens.</param>
internal sealed record SampleAgentOptions(int Port, string Model, string? ReadyFile)
{
    public static SampleAgentOptions Parse(string[] args)
    {
        var options = new SampleAgentOptions(0, Bot.BotModels.Safe, null);
        for (var index = 0; index < args.Length; index += 2)
        {
            var value = index + 1 < args.Length ? args[index + 1] : throw new ArgumentException($"{args[index]} needs a value.");
            options = args[index] switch
            {
                "--port" => options with { Port = int.Parse(value, CultureInfo.InvariantCulture) },
                "--model" => options with { Model = value },
                "--ready-file" => options with { ReadyFile = value },
                _ => throw new ArgumentException($"Unknown option {args[index]}; known are --port, --model and --ready-file."),
            };
        }

        return options;
    }
}
