using System.Collections.Concurrent;
using System.Text.Json;
using Azure.Data.Tables;

namespace AgentEval.LocalRuntime.Tables;

/// <summary>How entities of one .NET type are made, filled and written. The keys are written by the caller.</summary>
internal abstract class EntityShape
{
    // Derived from the types alone, so it is the same whoever fills it.
    private static readonly ConcurrentDictionary<Type, EntityShape> Shapes = new();

    public static EntityShape Of(Type type) => Shapes.GetOrAdd(
        type, static type => type == typeof(TableEntity) ? new PropertyBagShape() : new ClassShape(type));

    public abstract ITableEntity Create();

    /// <summary>Sets what was read under <paramref name="name"/>; what the type does not have is dropped.</summary>
    public abstract void Set(ITableEntity entity, string name, object? value);

    public abstract void Write(ITableEntity entity, Utf8JsonWriter json);
}
