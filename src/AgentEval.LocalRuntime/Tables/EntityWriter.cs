using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Azure.Data.Tables;

namespace AgentEval.LocalRuntime.Tables;

/// <summary>Writes entities as the JSON the service stores: each value that JSON cannot express carries its type.</summary>
internal static class EntityWriter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static void Write(IBufferWriter<byte> output, ITableEntity entity)
    {
        using Utf8JsonWriter json = new(output, Options);
        json.WriteStartObject();
        json.WriteString(PropertyNames.PartitionKey, entity.PartitionKey);
        json.WriteString(PropertyNames.RowKey, entity.RowKey);
        EntityShape.Of(entity.GetType()).Write(entity, json);
        json.WriteEndObject();
    }

    /// <summary>Writes a property with its type; nothing for null, which the service does not store either.</summary>
    /// <exception cref="NotSupportedException">The value's type has no counterpart in the service.</exception>
    public static void WriteProperty(Utf8JsonWriter json, string name, object? value)
    {
        switch (value)
        {
            case null:
                break;
            case string text:
                json.WriteString(name, text);
                break;
            case bool flag:
                json.WriteBoolean(name, flag);
                break;
            case int number:
                json.WriteNumber(name, number);
                break;
            case long number:
                WriteTyped(json, name, number.ToString(CultureInfo.InvariantCulture), Edm.Int64);
                break;
            case ulong number:
                WriteTyped(json, name, number.ToString(CultureInfo.InvariantCulture), Edm.Int64);
                break;
            case double number:
                WriteDouble(json, name, number);
                break;
            case float number:
                WriteDouble(json, name, number);
                break;
            case DateTimeOffset time:
                WriteTyped(json, name, Edm.FormatTime(time), Edm.DateTime);
                break;
            case DateTime time:
                WriteTyped(json, name, Edm.FormatTime(time), Edm.DateTime);
                break;
            case Guid id:
                WriteTyped(json, name, id.ToString(), Edm.Guid);
                break;
            case byte[] bytes:
                WriteBinary(json, name, bytes);
                break;
            case BinaryData data:
                WriteBinary(json, name, data.ToMemory().Span);
                break;
            case Enum member:
                json.WriteString(name, member.ToString());
                break;
            default:
                throw new NotSupportedException(
                    $"Property {name}: tables do not store {value.GetType()}. They store text, bool, int, long, double, times, Guid and bytes.");
        }
    }

    private static void WriteTyped(Utf8JsonWriter json, string name, string value, string type)
    {
        json.WriteString(string.Concat(name, PropertyNames.TypeSuffix), type);
        json.WriteString(name, value);
    }

    private static void WriteDouble(Utf8JsonWriter json, string name, double value)
    {
        if (Edm.NameOf(value) is { } special)
        {
            WriteTyped(json, name, special, Edm.Double);
            return;
        }

        json.WriteString(string.Concat(name, PropertyNames.TypeSuffix), Edm.Double);
        json.WriteNumber(name, value);
    }

    private static void WriteBinary(Utf8JsonWriter json, string name, ReadOnlySpan<byte> bytes)
    {
        json.WriteString(string.Concat(name, PropertyNames.TypeSuffix), Edm.Binary);
        json.WriteBase64String(name, bytes);
    }
}
