namespace AgentEval.Tests.Shared;

/// <summary>Public data that lies beside the project on some machines; tests that read it are skipped where it is absent.</summary>
internal static class SharedData
{
    /// <summary>The path of a file or folder of the data; null where it is absent.</summary>
    public static string? Find(string relativePath)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "AgentEval.Functions.sln")) && folder.Parent is { } parent)
            {
                var path = Path.Combine(parent.FullName, "shared", "data", relativePath);
                return Path.Exists(path) ? path : null;
            }
        }

        return null;
    }

    /// <exception cref="FileNotFoundException">The data is absent: the test must be a <see cref="SharedDataFactAttribute"/>.</exception>
    public static string Get(string relativePath) =>
        Find(relativePath) ?? throw new FileNotFoundException("No such shared data; mark the test with SharedDataFact.", relativePath);
}

/// <summary>A fact that needs shared data, and is skipped with the reason where it is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedDataFactAttribute : FactAttribute
{
    public SharedDataFactAttribute(params string[] relativePaths)
    {
        if (relativePaths.FirstOrDefault(path => SharedData.Find(path) is null) is { } missing)
        {
            Skip = $"The shared data folder has no {missing} here.";
        }
    }
}

/// <summary>A theory that needs shared data, and is skipped with the reason where it is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedDataTheoryAttribute : TheoryAttribute
{
    public SharedDataTheoryAttribute(params string[] relativePaths) => Skip = new SharedDataFactAttribute(relativePaths).Skip;
}
