using System.Runtime.Serialization;
using AgentEval.Tests.Shared;
using Azure;
using Azure.Data.Tables;

namespace AgentEval.LocalRuntime.Tests.Tables;

public sealed class PropertyTypeTests(AzuriteFixture azurite) : TableTest(azurite)
{
    public static TheoryData<object> Values => new()
    {
        "", "text", "quotes ' and \" and \\ and <&>", "line\r\nbreak\ttab", "naïve Ελληνικά 日本語 😀 \u2028\u2029", new string('x', 32 * 1024 - 1),
        0, int.MinValue, int.MaxValue, 0L, 1L, long.MinValue, long.MaxValue, true, false,
        0.0, 3.0, -0.5, 1e300, double.Epsilon, double.MaxValue / 10, 9007199254740993.0, 1.0 / 3, double.NaN, double.PositiveInfinity, double.NegativeInfinity,
        Guid.Parse("0f8fad5b-d9cb-469f-a165-70867728950e"), new byte[] { 0, 1, 254, 255 }, Array.Empty<byte>(),
        new DateTimeOffset(2026, 2, 28, 23, 59, 59, TimeSpan.Zero).AddTicks(1_234_567),
    };

    [Theory]
    [MemberData(nameof(Values))]
    public async Task Property_OfAnyType_ComesBackAsItWas(object value)
    {
        await Table.AddEntityAsync(new TableEntity("p", "r") { ["Value"] = value });
        await Table.SubmitTransactionAsync([new(TableTransactionActionType.Add, new TableEntity("p", "batched") { ["Value"] = value })]);

        TableEntity got = await Table.GetEntityAsync<TableEntity>("p", "r");
        List<TableEntity> queried = await Table.QueryAsync<TableEntity>().ToListAsync();

        Assert.Equal(value, got["Value"]);
        Assert.Equal(value.GetType(), got["Value"].GetType());
        Assert.Equal(2, queried.Count);
        Assert.All(queried, entity => Assert.Equal(value, entity["Value"]));
    }

    [Fact]
    public async Task DateTimeOffset_WithOffset_ComesBackAsTheSameInstantInUtc()
    {
        DateTimeOffset time = new(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(5));
        await Table.AddEntityAsync(new TableEntity("p", "r") { ["Time"] = time, ["Utc"] = time.UtcDateTime });

        TableEntity stored = await Table.GetEntityAsync<TableEntity>("p", "r");

        Assert.Equal(time, stored.GetDateTimeOffset("Time"));
        Assert.Equal(TimeSpan.Zero, stored.GetDateTimeOffset("Time")!.Value.Offset);
        Assert.Equal(time.UtcDateTime, stored.GetDateTime("Utc"));
    }

    [Fact]
    public async Task DateTime_NotUtc_Throws() =>
        await Assert.ThrowsAsync<NotSupportedException>(
            () => Table.AddEntityAsync(new TableEntity("p", "r") { ["Time"] = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Local) }));

    [Fact]
    public async Task Property_OfUnsupportedType_ThrowsNamingIt()
    {
        NotSupportedException e = await Assert.ThrowsAsync<NotSupportedException>(
            () => Table.AddEntityAsync(new TableEntity("p", "r") { ["Money"] = 1.5m }));

        Assert.Contains("Money", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BinaryData_IsStored_AsBytes()
    {
        await Table.AddEntityAsync(new TableEntity("p", "r") { ["Data"] = BinaryData.FromString("abc") });

        TableEntity stored = await Table.GetEntityAsync<TableEntity>("p", "r");

        Assert.Equal("abc"u8.ToArray(), stored.GetBinary("Data"));
        Assert.Equal("abc", stored.GetBinaryData("Data").ToString());
    }

    [Fact]
    public async Task NullProperty_IsNotStored()
    {
        await Table.AddEntityAsync(new TableEntity("p", "r") { ["None"] = null, ["Some"] = 1 });

        TableEntity stored = await Table.GetEntityAsync<TableEntity>("p", "r");

        Assert.False(stored.ContainsKey("None"));
        Assert.Null(stored.GetString("None"));
        Assert.Equal(1, stored.GetInt32("Some"));
    }

    [Fact]
    public async Task ClassOfItsOwn_FullAndEmpty_ComesBackAsItWas()
    {
        Shelf full = new()
        {
            PartitionKey = "p",
            RowKey = "full",
            Text = "t",
            Number = 1,
            Large = 2,
            Share = 3,
            Flag = true,
            Id = Guid.Parse("0f8fad5b-d9cb-469f-a165-70867728950e"),
            Bytes = [1],
            Data = BinaryData.FromBytes(new byte[] { 2 }),
            At = DateTimeOffset.UnixEpoch,
            On = DateTime.UnixEpoch,
            Kind = DayOfWeek.Friday,
            MaybeNumber = 4,
            MaybeShare = 5.5,
            MaybeAt = DateTimeOffset.UnixEpoch,
            MaybeKind = DayOfWeek.Sunday,
            Renamed = "renamed",
            Ignored = "ignored",
        };
        await Table.AddEntityAsync(full);
        await Table.AddEntityAsync(new Shelf { PartitionKey = "p", RowKey = "empty" });

        Shelf stored = await Table.GetEntityAsync<Shelf>("p", "full");
        Shelf empty = await Table.GetEntityAsync<Shelf>("p", "empty");
        TableEntity raw = await Table.GetEntityAsync<TableEntity>("p", "full");

        Assert.Equal((full.Text, full.Number, full.Large, full.Share, full.Flag), (stored.Text, stored.Number, stored.Large, stored.Share, stored.Flag));
        Assert.Equal((full.Id, full.At, full.On, full.Kind), (stored.Id, stored.At, stored.On, stored.Kind));
        Assert.Equal(full.Bytes, stored.Bytes);
        Assert.Equal(full.Data.ToArray(), stored.Data!.ToArray());
        Assert.Equal((full.MaybeNumber, full.MaybeShare, full.MaybeAt, full.MaybeKind), (stored.MaybeNumber, stored.MaybeShare, stored.MaybeAt, stored.MaybeKind));
        Assert.Equal(("renamed", null), (stored.Renamed, stored.Ignored));
        Assert.Equal(raw.ETag, stored.ETag);
        Assert.NotNull(stored.Timestamp);
        Assert.Equal("renamed", raw.GetString("other_name"));
        Assert.Equal("Friday", raw.GetString("Kind"));
        Assert.False(raw.ContainsKey("Ignored"));
        Assert.Equal((null, null, null), (empty.Text, empty.MaybeNumber, empty.MaybeKind));
    }

    [Fact]
    public async Task ClassOfItsOwn_StoredTypeDoesNotFit_Throws()
    {
        await Table.AddEntityAsync(new TableEntity("p", "r") { ["Bytes"] = 1.5 });

        await Assert.ThrowsAsync<InvalidCastException>(() => Table.GetEntityAsync<Shelf>("p", "r"));
    }

    public sealed class Shelf : ITableEntity
    {
        public string PartitionKey { get; set; } = "";
        public string RowKey { get; set; } = "";
        public DateTimeOffset? Timestamp { get; set; }
        public ETag ETag { get; set; }
        public string? Text { get; set; }
        public int Number { get; set; }
        public long Large { get; set; }
        public double Share { get; set; }
        public bool Flag { get; set; }
        public Guid Id { get; init; }
        public byte[]? Bytes { get; set; }
        public BinaryData? Data { get; set; }
        public DateTimeOffset At { get; set; } = DateTimeOffset.UnixEpoch;
        public DateTime On { get; set; } = DateTime.UnixEpoch;
        public DayOfWeek Kind { get; set; }
        public int? MaybeNumber { get; set; }
        public double? MaybeShare { get; set; }
        public DateTimeOffset? MaybeAt { get; set; }
        public DayOfWeek? MaybeKind { get; set; }

        [DataMember(Name = "other_name")]
        public string? Renamed { get; set; }

        [IgnoreDataMember]
        public string? Ignored { get; set; }
    }
}
