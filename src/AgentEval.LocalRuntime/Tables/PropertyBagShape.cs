using System.Text.Json;
using Azure.Data.Tables;

namespace AgentEval.LocalRuntime.Tables;

/// <summary>The shape of <see cref="TableEntity"/>: whatever properties there are.</summary>
internal sealed class PropertyBagShape : EntityShape
{
    public override ITableEntity Create() => new TableEntity();

    public override void Set(ITableEntity entity, string name, object? value) => ((TableEntity)entity).Properties[name] = value!;

    public override void Write(ITableEntity entity, Utf8JsonWriter json)
    {
        foreach ((string name, object? value) in ((TableEntity)entity).Properties)
        {
            if (name is not (PropertyNames.PartitionKey or PropertyNames.RowKey or PropertyNames.Timestamp or PropertyNames.ETag))
                EntityWriter.WriteProperty(json, name, value);
        }
    }
}
