using System.Text;
using Azure.Core.Serialization;
using Azure.Storage.Queues.Models;

namespace AgentEval.LocalRuntime.Queues;

/// <summary>From a stored message to the value of the trigger parameter.</summary>
internal static class QueueText
{
    /// <summary>Null: the message should be base64 and is not.</summary>
    public static string? Decode(QueueMessage message, bool base64)
    {
        if (!base64)
        {
            return message.MessageText;
        }

        var bytes = new byte[message.MessageText.Length];
        return Convert.TryFromBase64String(message.MessageText, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : null;
    }

    /// <summary>A string and bytes as they are; any other type is read as JSON.</summary>
    public static object? ToParameter(string text, Type type, ObjectSerializer serializer) =>
        type == typeof(string) || type == typeof(object) ? text
        : type == typeof(byte[]) ? Encoding.UTF8.GetBytes(text)
        : type == typeof(BinaryData) ? BinaryData.FromString(text)
        : serializer.Deserialize(new MemoryStream(Encoding.UTF8.GetBytes(text)), type, CancellationToken.None);
}
