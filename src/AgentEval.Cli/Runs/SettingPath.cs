using System.Text.Json;
using System.Text.Json.Nodes;

namespace AgentEval.Cli.Runs;

/// <summary>Puts a value at a path of keys: <c>execution.maxParallel=8</c>.</summary>
internal static class SettingPath
{
    /// <param name="document">Changed in place; objects on the way are made.</param>
    /// <param name="path">Keys joined by dots.</param>
    /// <param name="value">Takes the place of what is there.</param>
    public static void Set(JsonObject document, string path, JsonNode? value)
    {
        var keys = path.Split('.');
        var place = document;
        foreach (var key in keys[..^1])
        {
            if (place[key] is not JsonObject next)
            {
                next = [];
                place[key] = next;
            }

            place = next;
        }

        place[keys[^1]] = value;
    }

    /// <param name="assignment"><c>path=value</c>; the value is JSON when it reads as JSON, else text.</param>
    /// <param name="option">For the message.</param>
    /// <exception cref="CliException">There is no path or no <c>=</c>.</exception>
    public static (string Path, JsonNode? Value) Parse(string assignment, string option)
    {
        var equals = assignment.IndexOf('=', StringComparison.Ordinal);
        var path = equals < 0 ? "" : assignment[..equals].Trim();
        if (path.Length == 0 || path.Split('.').Any(string.IsNullOrWhiteSpace))
        {
            throw CliException.BadInput($"{option} {assignment}: write {option} {(option == "--gate" ? "NAME" : "PATH")}=VALUE, such as {option} {(option == "--gate" ? "minPassRate=0.9" : "execution.retries=0")}.");
        }

        return (path, Value(assignment[(equals + 1)..]));
    }

    private static JsonNode? Value(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return text;
        }
    }
}
