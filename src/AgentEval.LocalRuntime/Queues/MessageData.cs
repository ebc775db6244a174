using System.Text.Json;
using Azure.Storage.Queues.Models;

namespace AgentEval.LocalRuntime.Queues;

/// <summary>What a function can ask of a message beside its text.</summary>
internal static class MessageData
{
    private static readonly JsonDocumentOptions Tolerant = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>As the host does it, the members of a JSON message stand for what the queue says of it, where their names meet; arrays and nulls do not.</summary>
    public static IReadOnlyDictionary<string, object?> Of(QueueMessage message, string text)
    {
        var data = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase)
        {
            ["QueueTrigger"] = text,
            ["Id"] = message.MessageId,
            ["PopReceipt"] = message.PopReceipt,
            ["DequeueCount"] = message.DequeueCount,
            ["InsertionTime"] = message.InsertedOn,
            ["ExpirationTime"] = message.ExpiresOn,
            ["NextVisibleTime"] = message.NextVisibleOn,
        };
        foreach (var (name, value) in Members(text))
        {
            data[name] = value;
        }

        return data;
    }

    private static IEnumerable<(string Name, string Value)> Members(string text)
    {
        if (!text.AsSpan().Trim().StartsWith("{"))
        {
            return [];
        }

        try
        {
            using var document = JsonDocument.Parse(text, Tolerant);
            return
            [
                .. document.RootElement.EnumerateObject()
                    .Where(member => member.Value.ValueKind is not (JsonValueKind.Array or JsonValueKind.Null))
                    .Select(member => (member.Name, member.Value.ToString())),
            ];
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            // No JSON, or with text that is none, as lone surrogates: then it has no members.
            return [];
        }
    }
}
