namespace AgentEval.Cli.Tests;

/// <summary>The smallest files that are whole.</summary>
internal static class Files
{
    public const string Suite = """
        suite: support
        version: 1.0.0
        scenarios:
          - id: hello
            input: Hello
            criteria:
              - contains: hi
        """;

    public const string Agent = """
        agent: support-bot
        type: http
        url: http://127.0.0.1:5100/chat
        response: { output: "$.reply" }
        """;
}
