using System.Text.Json;
using Azure.Data.Tables;

namespace AgentEval.LocalRuntime.Tables;

/// <summary>Reads entities from the service's JSON with minimal metadata.</summary>
internal ref struct EntityReader
{
    private readonly EntityShape _shape;
    private readonly List<string> _names;
    private Utf8JsonReader _json;

    private EntityReader(ReadOnlySpan<byte> json, Type type)
    {
        _shape = EntityShape.Of(type);
        _names = [];
        _json = new Utf8JsonReader(json);
        _json.Read();
    }

    public static T ReadOne<T>(ReadOnlySpan<byte> json)
        where T : class, ITableEntity
    {
        EntityReader reader = new(json, typeof(T));
        return (T)reader.ReadEntity();
    }

    /// <summary>The entities of <c>{"value": […]}</c>.</summary>
    public static List<T> ReadPage<T>(ReadOnlySpan<byte> json)
        where T : class, ITableEntity
    {
        EntityReader reader = new(json, typeof(T));
        List<T> entities = [];
        while (reader._json.Read() && reader._json.TokenType == JsonTokenType.PropertyName)
        {
            bool found = reader._json.ValueTextEquals("value"u8);
            reader._json.Read();
            if (!found)
            {
                reader._json.Skip();
                continue;
            }

            while (reader._json.Read() && reader._json.TokenType != JsonTokenType.EndArray)
                entities.Add((T)reader.ReadEntity());
        }

        return entities;
    }

    private ITableEntity ReadEntity()
    {
        ITableEntity entity = _shape.Create();
        string? annotated = null;
        string? type = null;
        int position = 0;
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            string name = ReadName(position++);
            _json.Read();
            if (name.EndsWith(PropertyNames.TypeSuffix, StringComparison.Ordinal))
            {
                // The type stands before its value.
                annotated = name;
                type = _json.GetString();
            }
            else if (!name.StartsWith(PropertyNames.AnnotationPrefix, StringComparison.Ordinal) || name == PropertyNames.ETag)
            {
                _shape.Set(entity, name, ReadValue(TypeOf(name, annotated, type)));
            }
        }

        return entity;
    }

    private static string? TypeOf(string name, string? annotated, string? type)
    {
        if (annotated is not null && annotated.Length == name.Length + PropertyNames.TypeSuffix.Length && annotated.StartsWith(name, StringComparison.Ordinal))
            return type;
        return name == PropertyNames.Timestamp ? Edm.DateTime : null;
    }

    /// <summary>Entities of a page mostly have the same properties in the same order: one string then serves them all.</summary>
    private readonly string ReadName(int position)
    {
        if (position < _names.Count && _json.ValueTextEquals(_names[position]))
            return _names[position];

        string name = _json.GetString()!;
        if (position < _names.Count)
            _names[position] = name;
        else
            _names.Add(name);
        return name;
    }

    private readonly object? ReadValue(string? type) => _json.TokenType switch
    {
        JsonTokenType.String => Edm.Parse(_json.GetString()!, type),
        JsonTokenType.Number => ReadNumber(type),
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        JsonTokenType.Null => null,
        _ => throw new JsonException($"A property of an entity is a {_json.TokenType}."),
    };

    private readonly object ReadNumber(string? type)
    {
        if (type == Edm.Double)
            return _json.GetDouble();
        if (type == Edm.Int64)
            return _json.GetInt64();

        // The service writes whole doubles as 3.0, so digits alone are an integer.
        if (_json.TryGetInt32(out int small))
            return small;
        return _json.TryGetInt64(out long large) ? large : _json.GetDouble();
    }
}
