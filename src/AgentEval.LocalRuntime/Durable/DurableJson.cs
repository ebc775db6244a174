using System.Text.Json;
using Microsoft.DurableTask;

namespace AgentEval.LocalRuntime.Durable;

/// <summary>Inputs and outputs go through System.Text.Json with default options at every hop.</summary>
internal sealed class DurableJson : DataConverter
{
    public static readonly DurableJson Converter = new();

    public static string? Write(object? value) => value is null ? null : JsonSerializer.Serialize(value, value.GetType());

    public static T? Read<T>(string? json) => json is null ? default : JsonSerializer.Deserialize<T>(json);

    public override string? Serialize(object? value) => Write(value)!;

    public override object? Deserialize(string? data, Type targetType) =>
        data is null ? null : JsonSerializer.Deserialize(data, targetType)!;
}
