using AgentEval.Tests.Shared;

namespace AgentEval.EndToEnd.Tests.Harness;

/// <summary>The programs as they were built: the same ones a user starts, of the configuration of this test project.</summary>
internal static class Built
{
    public static string Root => Repository.Root;

    public static string CommandLine => Program("AgentEval.Cli", "agenteval");

    public static string App => Program("AgentEval.Functions", "AgentEval.Functions");

    public static string SampleAgent => Program("AgentEval.SampleAgent", "AgentEval.SampleAgent");

    public static string SampleSuite => Path.Combine(Path.GetDirectoryName(SampleAgent)!, "Suites", "customer-support.yaml");

    private static string Program(string project, string assembly)
    {
        DirectoryInfo framework = new(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var path = Path.Combine(Root, "src", project, "bin", "local", framework.Parent!.Name, framework.Name, assembly + ".dll");
        return File.Exists(path) ? path : throw new FileNotFoundException($"Build src/{project} first: it is started as a process.", path);
    }
}
