using System.Reflection;
using System.Runtime.Serialization;
using System.Text.Json;
using Azure.Data.Tables;

namespace AgentEval.LocalRuntime.Tables;

/// <summary>The shape of a class of its own: its public properties, renamed by [DataMember] and left out by [IgnoreDataMember].</summary>
internal sealed class ClassShape : EntityShape
{
    private readonly ConstructorInvoker? _constructor;
    private readonly string _typeName;
    private readonly Member[] _written;
    private readonly Dictionary<string, Member> _byName;

    public ClassShape(Type type)
    {
        _typeName = type.Name;
        _constructor = type.GetConstructor(Type.EmptyTypes) is { } constructor ? ConstructorInvoker.Create(constructor) : null;
        Member[] members =
        [
            .. type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
                .Where(property => property.GetIndexParameters().Length == 0 && !property.IsDefined(typeof(IgnoreDataMemberAttribute)))
                .Select(property => new Member(property))
                .Where(member => !IsSystem(member.Name)),
        ];
        _written = [.. members.Where(member => member.Get is not null)];
        _byName = members.Where(member => member.Set is not null).ToDictionary(member => member.Name);
    }

    public override ITableEntity Create() => _constructor is not null
        ? (ITableEntity)_constructor.Invoke()
        : throw new MissingMethodException($"{_typeName} has no public constructor without parameters.");

    public override void Set(ITableEntity entity, string name, object? value)
    {
        switch (name)
        {
            case PropertyNames.PartitionKey:
                entity.PartitionKey = (string)value!;
                break;
            case PropertyNames.RowKey:
                entity.RowKey = (string)value!;
                break;
            case PropertyNames.Timestamp:
                entity.Timestamp = (DateTimeOffset?)value;
                break;
            case PropertyNames.ETag:
                entity.ETag = new Azure.ETag((string)value!);
                break;
            default:
                if (_byName.TryGetValue(name, out Member? member))
                    member.Set!.Invoke(entity, value is null ? null : Edm.ConvertTo(value, member.Type));
                break;
        }
    }

    public override void Write(ITableEntity entity, Utf8JsonWriter json)
    {
        foreach (Member member in _written)
            EntityWriter.WriteProperty(json, member.Name, member.Get!.Invoke(entity));
    }

    private static bool IsSystem(string name) =>
        name is PropertyNames.PartitionKey or PropertyNames.RowKey or PropertyNames.Timestamp or nameof(ITableEntity.ETag);

    private sealed class Member(PropertyInfo property)
    {
        public string Name { get; } = property.GetCustomAttribute<DataMemberAttribute>()?.Name ?? property.Name;

        public Type Type { get; } = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;

        public MethodInvoker? Get { get; } = property.GetMethod is { IsPublic: true } getter ? MethodInvoker.Create(getter) : null;

        public MethodInvoker? Set { get; } = property.SetMethod is { IsPublic: true } setter ? MethodInvoker.Create(setter) : null;
    }
}
