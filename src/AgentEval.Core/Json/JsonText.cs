using System.Text.Json;
using System.Text.Json.Nodes;

namespace AgentEval.Core.Json;

/// <summary>JSON that somebody else wrote as text, read without exceptions.</summary>
internal static class JsonText
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = AgentEvalJson.MaxDepth, AllowDuplicateProperties = false };

    /// <summary>False: not JSON, deeper than <see cref="AgentEvalJson.MaxDepth"/>, or an object that names a key twice. <c>null</c> is a value.</summary>
    public static bool TryParse(string text, out JsonNode? value)
    {
        try
        {
            value = JsonNode.Parse(text, nodeOptions: null, Strict);
            return true;
        }
        catch (JsonException)
        {
            value = null;
            return false;
        }
    }

    /// <summary>As <see cref="TryParse"/>, but also takes what a model wraps in a Markdown code fence.</summary>
    public static bool TryParseAnswer(string text, out JsonNode? value)
    {
        var trimmed = text.AsSpan().Trim();
        return TryParse(trimmed.ToString(), out value) || (TryUnfence(trimmed, out var inner) && TryParse(inner, out value));
    }

    private static bool TryUnfence(ReadOnlySpan<char> text, out string inner)
    {
        inner = "";
        const string Fence = "```";
        var lineEnd = text.IndexOf('\n');
        if (!text.StartsWith(Fence, StringComparison.Ordinal) || !text.EndsWith(Fence, StringComparison.Ordinal)
            || lineEnd < 0 || lineEnd > text.Length - Fence.Length)
        {
            return false;
        }

        inner = text[(lineEnd + 1)..^Fence.Length].ToString();
        return true;
    }
}
