using System.Globalization;
using System.Text;
using Azure;

namespace AgentEval.LocalRuntime.Tables;

/// <summary>Reads the answers out of a transaction's multipart response.</summary>
internal static class BatchResponse
{
    private const string Boundary = "boundary=";

    public static IReadOnlyList<Response> Read(Response response)
    {
        string body = Encoding.UTF8.GetString(response.Content.ToMemory().Span);
        string delimiter = "--" + (BoundaryIn(body) ?? BoundaryIn(response.Headers.ContentType ?? "")
            ?? throw new FormatException("The service's answer to a transaction names no boundary."));
        List<Response> answers = [];

        // Before the first delimiter stand the headers of the change set, after the last one the end of the batch.
        string[] parts = body.Split(delimiter);
        foreach (string part in parts.AsSpan(1))
        {
            int start = part.IndexOf("HTTP/1.1 ", StringComparison.Ordinal);
            if (start >= 0)
                answers.Add(ReadAnswer(part.AsSpan(start)));
        }

        return answers;
    }

    private static BatchItemResponse ReadAnswer(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<char> statusLine = TakeLine(ref text)["HTTP/1.1 ".Length..];
        int space = statusLine.IndexOf(' ');
        int status = int.Parse(space < 0 ? statusLine : statusLine[..space], CultureInfo.InvariantCulture);
        string reason = space < 0 ? "" : statusLine[(space + 1)..].ToString();

        Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);
        while (TakeLine(ref text) is { IsEmpty: false } line)
        {
            int colon = line.IndexOf(':');
            if (colon > 0)
                headers[line[..colon].ToString()] = line[(colon + 1)..].Trim().ToString();
        }

        return new BatchItemResponse(status, reason, headers, Encoding.UTF8.GetBytes(text.Trim().ToString()));
    }

    private static ReadOnlySpan<char> TakeLine(ref ReadOnlySpan<char> text)
    {
        int end = text.IndexOf('\n');
        ReadOnlySpan<char> line = end < 0 ? text : text[..end];
        text = end < 0 ? [] : text[(end + 1)..];
        return line.TrimEnd('\r');
    }

    private static string? BoundaryIn(string text)
    {
        int start = text.IndexOf(Boundary, StringComparison.Ordinal);
        if (start < 0)
            return null;
        ReadOnlySpan<char> rest = text.AsSpan(start + Boundary.Length);
        int end = rest.IndexOfAny("\r\n;");
        return (end < 0 ? rest : rest[..end]).Trim('"').ToString();
    }
}
