using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentEval.LocalRuntime.Durable.History;

/// <summary>Text of an input, output, event or failure. In a row it stands itself or, when it is large, the name of a blob that has it.</summary>
[JsonConverter(typeof(PayloadConverter))]
internal sealed record Payload
{
    private string? _text;

    private Payload(string? text, string? blob)
    {
        _text = text;
        Blob = blob;
    }

    public string Text => _text ?? throw new InvalidOperationException($"The blob {Blob} was not read.");

    /// <summary>Null: the text is small enough to stand in a row.</summary>
    public string? Blob { get; private set; }

    public bool IsRead => _text is not null;

    public static Payload? Of(string? text) => text is null ? null : new Payload(text, blob: null);

    public static Payload InBlob(string name) => new(text: null, name);

    public void MovedTo(string blob) => Blob = blob;

    public void Fill(string text) => _text = text;

    private sealed class PayloadConverter : JsonConverter<Payload>
    {
        public override Payload? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.String)
                return Of(reader.GetString());
            var members = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(ref reader, options)!;
            return InBlob(members["blob"].GetString()!);
        }

        public override void Write(Utf8JsonWriter writer, Payload value, JsonSerializerOptions options)
        {
            if (value.Blob is not { } blob)
            {
                writer.WriteStringValue(value.Text);
                return;
            }

            writer.WriteStartObject();
            writer.WriteString("blob", blob);
            writer.WriteEndObject();
        }
    }
}
