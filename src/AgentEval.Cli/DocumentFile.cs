using System.Text.Json.Nodes;
using AgentEval.Core.Json;
using AgentEval.Core.Problems;

namespace AgentEval.Cli;

/// <summary>Reads a user's JSON or YAML file.</summary>
internal static class DocumentFile
{
    /// <exception cref="CliException">The file is missing, or is not syntax; the problems say where.</exception>
    public static JsonObject Read(string path)
    {
        var read = DocumentReader.Read(Text(path));
        return read.Value is JsonObject document
            ? document
            : throw new CliException(ExitCodes.BadInput, $"{path} is not a document that can be read.")
            {
                File = path,
                Problems = read.Value is null
                    ? read.Problems.Errors
                    : [new Problem("", ProblemCodes.WrongType, "An object with keys is expected.")],
            };
    }

    /// <summary>The name a suite or an agent gives itself.</summary>
    /// <exception cref="CliException">It has none.</exception>
    public static string Name(JsonObject document, string key, string path) =>
        document[key] is JsonValue value && value.TryGetValue(out string? name) && name.Length > 0
            ? name
            : throw CliException.BadInput($"{path} has no name: the key `{key}` is missing.");

    /// <exception cref="CliException">The file is missing or cannot be read.</exception>
    public static string Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CliException.BadInput($"{path}: {e.Message}");
        }
    }
}
