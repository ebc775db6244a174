using System.Text;
using System.Text.Json;
using AgentEval.Core.Json;
using Azure.Data.Tables;

namespace AgentEval.Functions.Storage;

/// <summary>A JSON document in a table row. A property holds at most 64 KiB, so longer documents go over several: Json0, Json1, …</summary>
internal static class JsonColumns
{
    /// <summary>What a row takes of one document, with room for the other columns: a row may have 1 MiB, and the emulator counts bytes a third larger.</summary>
    public const int MaxBytes = 600_000;

    private const int ChunkBytes = 60_000;

    public static int Write<T>(TableEntity entity, T document)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(document, AgentEvalJson.Options);
        for (var (offset, column) = (0, 0); offset < json.Length; offset += ChunkBytes, column++)
        {
            entity[$"Json{column}"] = json.AsSpan(offset, Math.Min(ChunkBytes, json.Length - offset)).ToArray();
        }

        return json.Length;
    }

    /// <summary>Bytes it takes.</summary>
    public static int Measure<T>(T document) => JsonSerializer.SerializeToUtf8Bytes(document, AgentEvalJson.Options).Length;

    public static T Read<T>(TableEntity entity)
    {
        if (entity.GetBinary("Json1") is null)
        {
            return JsonSerializer.Deserialize<T>(entity.GetBinary("Json0"), AgentEvalJson.Options)!;
        }

        using var json = new MemoryStream();
        for (var column = 0; entity.GetBinary($"Json{column}") is { } chunk; column++)
        {
            json.Write(chunk);
        }

        return JsonSerializer.Deserialize<T>(Encoding.UTF8.GetString(json.GetBuffer(), 0, (int)json.Length), AgentEvalJson.Options)!;
    }
}
