using Azure.Core.Serialization;

namespace Microsoft.Azure.Functions.Worker;

public class WorkerOptions
{
    /// <summary>Reads and writes JSON; default: System.Text.Json with the configured <see cref="System.Text.Json.JsonSerializerOptions"/>, property names read whatever their case.</summary>
    public ObjectSerializer? Serializer { get; set; }
}
