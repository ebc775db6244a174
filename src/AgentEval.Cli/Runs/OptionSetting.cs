using System.Text.Json.Nodes;
using AgentEval.Core.Problems;

namespace AgentEval.Cli.Runs;

/// <summary>What an option set in a document, which may come from a file.</summary>
/// <param name="Option">As a user knows it: <c>--epochs</c>, <c>--set execution.retries</c>.</param>
/// <param name="Path">Where in the document: keys joined by dots.</param>
/// <param name="Value">What now stands there.</param>
internal sealed record OptionSetting(string Option, string Path, JsonNode? Value)
{
    /// <summary>Parts the problems with what options set from those of the file. The paths of the former begin with the option.</summary>
    /// <param name="problems">Of the document as options left it.</param>
    /// <param name="settings">Of the options; the later wins.</param>
    /// <param name="file">The document as it was before.</param>
    public static (IReadOnlyList<Problem> OfOptions, IReadOnlyList<Problem> OfFile) Part(
        IReadOnlyList<Problem> problems, IReadOnlyList<OptionSetting> settings, JsonObject file)
    {
        var (ofOptions, ofFile) = (new List<Problem>(), new List<Problem>());
        foreach (var problem in problems)
        {
            if (settings.LastOrDefault(setting => setting.Made(problem.Path, file)) is { } setting)
            {
                ofOptions.Add(problem with { Path = problem.Path == setting.Path ? setting.Option : $"{setting.Option}: {problem.Path}" });
            }
            else
            {
                ofFile.Add(problem);
            }
        }

        return (ofOptions, ofFile);
    }

    /// <summary>It is the value, a part of it, or an object around it that the file does not have.</summary>
    private bool Made(string path, JsonObject file) => IsWithin(path, Path) || (path.Length > 0 && IsWithin(Path, path) && !Has(file, path));

    private static bool IsWithin(string path, string around) =>
        path.StartsWith(around, StringComparison.Ordinal) && (path.Length == around.Length || path[around.Length] is '.' or '[');

    private static bool Has(JsonObject file, string path)
    {
        JsonNode? place = file;
        foreach (var key in path.Split('.'))
        {
            if (place is not JsonObject here || !here.TryGetPropertyValue(key, out place))
            {
                return false;
            }
        }

        return true;
    }
}
