using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;

namespace AgentEval.LocalRuntime.Tests.Tables;

public sealed class TableEntityTests
{
    [Fact]
    public void Getters_WrongType_Throw()
    {
        TableEntity entity = new("p", "r") { ["Text"] = "x", ["Number"] = 1 };

        Assert.Throws<InvalidOperationException>(() => entity.GetInt32("Text"));
        Assert.Throws<InvalidOperationException>(() => entity.GetInt64("Number"));
        Assert.Throws<InvalidOperationException>(() => entity.GetString("Number"));
    }

    [Fact]
    public void Getters_Absent_AreNull()
    {
        TableEntity entity = [];

        Assert.Null(entity["A"]);
        Assert.Null(entity.GetString("A"));
        Assert.Null(entity.GetInt32("A"));
        Assert.Null(entity.GetBinary("A"));
        Assert.Null(entity.GetGuid("A"));
        Assert.Null(entity.PartitionKey);
        Assert.Null(entity.Timestamp);
        Assert.Equal(default, entity.ETag);
    }

    [Fact]
    public void Indexer_NarrowerNumber_KeepsTheWiderType()
    {
        TableEntity entity = new() { ["D"] = 1.5, ["L"] = 1L, ["I"] = 1 };

        entity["D"] = 2;
        entity["L"] = 2;
        entity["I"] = 2L;

        Assert.Equal((2.0, 2L, 2L), (entity.GetDouble("D"), entity.GetInt64("L"), entity.GetInt64("I")));
    }

    [Fact]
    public void SystemProperties_StandAmongTheOthers()
    {
        TableEntity entity = new("p", "r") { ETag = new ETag("W/\"1\""), Timestamp = DateTimeOffset.UnixEpoch };

        Assert.Equal(["PartitionKey", "RowKey", "odata.etag", "Timestamp"], entity.Keys);
        Assert.Equal("p", entity["PartitionKey"]);
        Assert.Equal(new ETag("W/\"1\""), entity.ETag);
        Assert.Equal(4, entity.Count);
        Assert.True(entity.Remove("odata.etag"));
        Assert.Equal(default, entity.ETag);
    }

    [Fact]
    public void Constructor_FromValues_Copies()
    {
        Dictionary<string, object> values = new() { ["PartitionKey"] = "p", ["A"] = 1 };
        TableEntity entity = new(values);
        values["A"] = 2;

        Assert.Equal(("p", 1), (entity.PartitionKey, entity.GetInt32("A")));
    }

    [Fact]
    public void TableErrorCode_ComparesWithTextWhateverTheCase()
    {
        Assert.True(TableErrorCode.EntityAlreadyExists == "entityalreadyexists");
        Assert.True("TableNotFound" != TableErrorCode.EntityNotFound);
        Assert.True((string?)null != TableErrorCode.EntityNotFound);
        Assert.Equal("TableNotFound", TableErrorCode.TableNotFound.ToString());
        Assert.Equal(TableErrorCode.TableNotFound.GetHashCode(), new TableErrorCode("TABLENOTFOUND").GetHashCode());
    }
}
