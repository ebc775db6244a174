using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using AgentEval.Core.Json;
using AgentEval.Core.Problems;
using Microsoft.Azure.Functions.Worker.Http;

namespace AgentEval.Functions.Triggers.Http;

/// <summary>Reads a body: its length, its type, its encoding, its syntax. Each thing wrong has its own answer, never a 500.</summary>
internal static class RequestBody
{
    public const long MaxBytes = 1_000_000;
    public const long MaxSuiteBytes = 10_000_000;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly string[] JsonTypes = ["application/json"];
    private static readonly string[] DocumentTypes = ["application/json", "application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml"];

    /// <summary>A JSON document.</summary>
    /// <exception cref="ApiException">400, 411, 413 or 415.</exception>
    public static async Task<JsonNode> ReadJsonAsync(this HttpRequestData request, CancellationToken cancellationToken)
    {
        var text = await ReadAsync(request, JsonTypes, "application/json", MaxBytes, cancellationToken);
        var read = DocumentReader.ReadJson(Encoding.UTF8.GetBytes(text));
        return read.Value is { } document && !read.Problems.HasErrors ? document : throw ApiException.BadRequest(read.Problems);
    }

    /// <summary>A JSON or YAML document, as text.</summary>
    /// <exception cref="ApiException">400, 411, 413 or 415.</exception>
    public static Task<string> ReadDocumentAsync(this HttpRequestData request, long maxBytes, CancellationToken cancellationToken) =>
        ReadAsync(request, DocumentTypes, "application/json or application/yaml", maxBytes, cancellationToken);

    private static async Task<string> ReadAsync(
        HttpRequestData request, string[] types, string accepted, long maxBytes, CancellationToken cancellationToken)
    {
        if (!long.TryParse(Header(request, "Content-Length"), NumberStyles.None, CultureInfo.InvariantCulture, out var length))
        {
            throw ApiException.LengthRequired();
        }

        if (length > maxBytes)
        {
            throw ApiException.TooLarge(maxBytes);
        }

        CheckType(Header(request, "Content-Type"), types, accepted);
        var bytes = new MemoryStream();
        await request.Body.CopyToAsync(bytes, cancellationToken);
        return Decode(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    private static void CheckType(string? header, string[] types, string accepted)
    {
        var parts = (header ?? "").Split(';', StringSplitOptions.TrimEntries);
        var charset = parts.Skip(1).FirstOrDefault(part => part.StartsWith("charset=", StringComparison.OrdinalIgnoreCase));
        var isUtf8 = charset is null || charset["charset=".Length..].Trim('"') is var name && name.Equals("utf-8", StringComparison.OrdinalIgnoreCase);
        if (!isUtf8 || !types.Contains(parts[0], StringComparer.OrdinalIgnoreCase))
        {
            throw ApiException.UnsupportedMediaType(accepted + ", in UTF-8");
        }
    }

    private static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith(Encoding.UTF8.Preamble))
        {
            bytes = bytes[Encoding.UTF8.Preamble.Length..];
        }

        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException failure)
        {
            throw ApiException.BadRequest("", ProblemCodes.InvalidFormat, $"The body is not UTF-8: invalid bytes at position {failure.Index}.");
        }
    }

    public static string? Header(this HttpRequestData request, string name) =>
        request.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
