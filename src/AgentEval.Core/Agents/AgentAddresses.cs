using AgentEval.Core.Json;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Agents;

/// <summary>Reads the addresses of an agent file.</summary>
internal static class AgentAddresses
{
    private const int MaxUrls = 100;

    public static IReadOnlyList<Uri> Read(ObjectCursor file, bool required)
    {
        if (file.Has("url") && file.Has("urls"))
        {
            file.Error("urls", ProblemCodes.Exclusive, "Give 'url' or 'urls', not both.");
        }

        if (file.Has("urls"))
        {
            return Several(file);
        }

        return One(file, "url", required) is { } url ? [url] : [];
    }

    public static Uri? One(ObjectCursor? cursor, string key, bool required) =>
        cursor?.Text(key, required, maximum: 2_000) is { } text ? Parse(text, cursor.At(key), cursor.Problems) : null;

    private static List<Uri> Several(ObjectCursor file)
    {
        var texts = file.Texts("urls", maximum: 2_000) ?? [];
        if (file.Node("urls") is System.Text.Json.Nodes.JsonArray { Count: 0 or > MaxUrls })
        {
            file.Error("urls", ProblemCodes.OutOfRange, $"'urls' must have from 1 to {MaxUrls} addresses.");
        }

        var urls = texts.Select((text, index) => Parse(text, $"{file.At("urls")}[{index}]", file.Problems)).OfType<Uri>().ToList();
        foreach (var twice in urls.GroupBy(url => url).Where(group => group.Count() > 1))
        {
            file.Error("urls", ProblemCodes.Duplicate, $"{twice.Key} stands more than once.");
        }

        return urls;
    }

    private static Uri? Parse(string text, string path, ProblemList problems)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.Host.Length == 0)
        {
            // The text is not repeated: it may hold a password.
            problems.Error(path, ProblemCodes.InvalidFormat, "Must be an absolute address that begins with http:// or https://.");
            return null;
        }

        if (LiteralSecrets.StandsIn(url))
        {
            problems.Error(path, ProblemCodes.LiteralSecret, "The address holds a secret. Remove it, and name the secret with auth.secretRef.");
            return null;
        }

        return url;
    }
}
