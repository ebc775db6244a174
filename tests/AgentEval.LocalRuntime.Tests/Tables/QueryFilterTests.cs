using System.Text;
using Azure.Data.Tables;

namespace AgentEval.LocalRuntime.Tests.Tables;

public sealed class QueryFilterTests
{
    public static TheoryData<object?, string> Literals => new()
    {
        { null, "null" },
        { true, "true" },
        { "it's", "'it''s'" },
        { "{0} {", "'{0} {'" },
        { '\'', "''''" },
        { new StringBuilder("a'b"), "'a''b'" },
        { 5, "5" },
        { -5L, "-5L" },
        { 5UL, "5L" },
        { 0.5, "0.5" },
        { 1.5m, "1.5" },
        { Guid.Empty, "guid'00000000-0000-0000-0000-000000000000'" },
        { new byte[] { 0, 171 }, "X'00ab'" },
        { BinaryData.FromBytes(new byte[] { 255 }), "X'ff'" },
        { new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(1)), "datetime'2026-01-02T02:04:05.0000000Z'" },
        { new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc), "datetime'2026-01-02T03:04:05.0000000Z'" },
    };

    [Theory]
    [MemberData(nameof(Literals))]
    public void CreateQueryFilter_ValueOfAnyType_IsALiteral(object? value, string literal) =>
        Assert.Equal($"A eq {literal} and B ne {literal}", TableClient.CreateQueryFilter($"A eq {value} and B ne {value}"));

    [Fact]
    public void CreateQueryFilter_UnknownType_Throws() =>
        Assert.Throws<ArgumentException>(() => TableClient.CreateQueryFilter($"A eq {new Version(1, 0)}"));

    [Fact]
    public void CreateQueryFilter_Null_IsNull() => Assert.Null(TableClient.CreateQueryFilter(null!));
}
