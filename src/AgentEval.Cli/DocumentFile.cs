using System.Text;
using System.Text.Json.Nodes;
using AgentEval.Core.Json;
using AgentEval.Core.Problems;

namespace AgentEval.Cli;

/// <summary>Reads a user's JSON or YAML file.</summary>
internal static class DocumentFile
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

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

    /// <exception cref="CliException">The file is missing, cannot be read, or is no text.</exception>
    public static string Text(string path)
    {
        try
        {
            // A byte order mark may name UTF-16 or UTF-32; without one it is UTF-8, and bytes that are not would be lost without a word.
            return File.ReadAllText(path, StrictUtf8);
        }
        catch (DecoderFallbackException e)
        {
            throw new CliException(ExitCodes.BadInput, $"{path} is no text in UTF-8; save it in that encoding.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CliException(ExitCodes.BadInput, Unreadable(path, e), e);
        }
    }

    /// <summary>Null where a file cannot be read twice: a pipe gives its content once.</summary>
    public static string? TryTextAgain(string path)
    {
        try
        {
            return new FileInfo(path) is { Exists: true, Length: > 0 } ? Text(path) : null;
        }
        catch (CliException)
        {
            return null;
        }
    }

    private static string Unreadable(string path, Exception e) => e switch
    {
        _ when path.Length == 0 => "The name of a file is missing.",
        _ when Directory.Exists(path) => $"{path} is a folder; a file is expected.",
        FileNotFoundException or DirectoryNotFoundException => $"There is no file {path}.",
        _ => $"{path}: {e.Message}",
    };
}
