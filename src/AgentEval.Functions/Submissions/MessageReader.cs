using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using AgentEval.Core.Json;
using AgentEval.Core.Problems;
using AgentEval.Functions.Storage;

namespace AgentEval.Functions.Submissions;

/// <summary>Reads what a message of the queue says: JSON, base64 of it, or the name of a blob that holds it.</summary>
public sealed class MessageReader(SubmissionFiles files)
{
    /// <summary>What may stand before a document in whatever encoding.</summary>
    private static ReadOnlySpan<byte> MarksAndSpaces => [0x00, (byte)'\t', (byte)'\n', (byte)'\r', (byte)' ', 0xBB, 0xBF, 0xEF, 0xFE, 0xFF];

    /// <summary>The document itself, or the one in the blob it names; null: neither, and the problems say why.</summary>
    public async Task<JsonObject?> ReadAsync(string text, ProblemList problems, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(problems);
        var document = Parse(Decode(text), "", problems);
        if (document?["blob"] is not { } reference)
        {
            return document;
        }

        if (document.Count != 1 || reference is not JsonValue value || !value.TryGetValue<string>(out var name))
        {
            problems.Error("blob", ProblemCodes.InvalidValue, "A message that names a blob is {\"blob\": \"submissions/NAME.json\"} and nothing else.");
            return null;
        }

        return await ReadBlobAsync(name, problems, cancellationToken);
    }

    private async Task<JsonObject?> ReadBlobAsync(string name, ProblemList problems, CancellationToken cancellationToken)
    {
        switch (await files.FindAsync(name, cancellationToken))
        {
            case null:
                problems.Error("blob", ProblemCodes.NotFound, $"There is no blob '{name}' in the container submissions. Upload it before the message is sent.");
                return null;
            case { Content: { } content }:
                return Parse(content.Span, "blob", problems);
            case var file:
                problems.Error("blob", ProblemCodes.TooLarge, $"The blob '{name}' has {file.Length:N0} bytes; {SubmissionFiles.MaxBytes:N0} are read at most. Store its suites first and name them, or send it in parts.");
                return null;
        }
    }

    private static JsonObject? Parse(ReadOnlySpan<byte> bytes, string path, ProblemList problems)
    {
        if (!Utf8.IsValid(bytes))
        {
            problems.Error(path, ProblemCodes.InvalidFormat, "The text is not UTF-8. Save it as UTF-8 and send it again.");
            return null;
        }

        var read = DocumentReader.ReadJson(bytes);
        problems.AddRange(read.Problems);
        if (read.Value is JsonObject document)
        {
            return document;
        }

        if (!read.Problems.HasErrors)
        {
            problems.Error(path, ProblemCodes.WrongType, "A JSON object is expected: a run request, or a batch.");
        }

        return null;
    }

    /// <summary>Words such as <c>null</c> are base64 too, of nothing: what it decodes to must begin as a document does.</summary>
    private static byte[] Decode(string text)
    {
        var trimmed = text.AsSpan().Trim();
        if (!trimmed.IsEmpty && trimmed[0] is not ('{' or '[') && Base64.IsValid(trimmed))
        {
            var decoded = Convert.FromBase64String(trimmed.ToString());
            if (decoded.AsSpan().TrimStart(MarksAndSpaces) is [(byte)'{' or (byte)'[', ..])
            {
                return decoded;
            }
        }

        return Encoding.UTF8.GetBytes(text);
    }
}
