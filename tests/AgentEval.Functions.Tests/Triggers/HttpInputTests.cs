using System.Text;
using AgentEval.Core.Runs;
using AgentEval.Functions.Tests.Fakes;
using AgentEval.Functions.Triggers.Http;

namespace AgentEval.Functions.Tests.Triggers;

public sealed class HttpInputTests
{
    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("many")]
    public async Task Body_WithoutALength_Is411(string length) => Assert.Equal(411, await RefusalAsync("{}", length: length));

    [Fact]
    public async Task Body_OverTheLimit_Is413WithoutBeingRead() =>
        Assert.Equal(413, await RefusalAsync("{}", length: $"{RequestBody.MaxBytes + 1}"));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("text/plain")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/yaml")]
    [InlineData(";;;")]
    public async Task Body_OfAnotherType_Is415(string? type) => Assert.Equal(415, await RefusalAsync("{}", type));

    [Theory]
    [InlineData("application/json")]
    [InlineData("Application/JSON; charset=UTF-8")]
    [InlineData("application/json;charset=\"utf-8\"; v=1")]
    public async Task Body_OfJson_IsRead(string type)
    {
        var request = FakeHttpRequest.Send("POST", "runs", Encoding.UTF8.GetBytes("\uFEFF{\"a\":1}"), type);

        Assert.Equal("{\"a\":1}", (await request.ReadJsonAsync(default)).ToJsonString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("{'a':1}")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{\"a\":NaN}")]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("{\"b\":{\"a\":1,\"\\u0061\":2}}")]
    [InlineData("// comment\n{}")]
    public async Task Body_NotJson_Is400(string body) => Assert.Equal(400, await RefusalAsync(body));

    [Fact]
    public async Task Body_NestedDeep_Is400() => Assert.Equal(400, await RefusalAsync(new string('[', 100_000) + new string(']', 100_000)));

    [Theory]
    [InlineData(new byte[] { 0x22, 0xFF, 0x22 })]
    [InlineData(new byte[] { 0x22, 0xC3, 0x22 })]
    [InlineData(new byte[] { 0x22, 0xED, 0xA0, 0x80, 0x22 })]
    [InlineData(new byte[] { 0xFF, 0xFE, 0x7B, 0x00, 0x7D, 0x00 })]
    public async Task Body_NotUtf8_Is400(byte[] body)
    {
        var failure = await Assert.ThrowsAsync<ApiException>(() => FakeHttpRequest.Send("POST", "runs", body).ReadJsonAsync(default));

        Assert.Equal((400, "invalidFormat"), (failure.Problem.Status, Assert.Single(failure.Problem.Errors!).Code));
    }

    [Fact]
    public void Query_EverythingWrong_IsToldAtOnce()
    {
        var query = Query("top=0&status=done&from=yesterday&start=perhaps&cursor=%25%25");

        Assert.Equal(100, query.Top());
        Assert.Null(query.OneOf<RunStatus>("status"));
        Assert.Null(query.Time("from"));
        Assert.True(query.Flag("start", fallback: true));
        Assert.Null(query.Cursor());

        var problem = Assert.Throws<ApiException>(query.Check).Problem;
        Assert.Equal(["top", "status", "from", "start", "cursor"], problem.Errors!.Select(error => error.Path));
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("1000", 1_000)]
    [InlineData("", 100)]
    [InlineData("1001", null)]
    [InlineData("-1", null)]
    [InlineData("1e2", null)]
    [InlineData("99999999999999999999", null)]
    public void Query_Top_IsFromOneToAThousand(string text, int? top)
    {
        var query = Query($"top={text}");

        var read = query.Top();

        Assert.Equal(top is null, Record.Exception(query.Check) is ApiException);
        Assert.Equal(top ?? 100, read);
    }

    [Theory]
    [InlineData("budgetExceeded", TrialStatus.BudgetExceeded)]
    [InlineData("BudgetExceeded", null)]
    [InlineData("3", null)]
    public void Query_Status_IsSpelledAsTheApiDoes(string text, TrialStatus? status)
    {
        var query = Query($"status={text}");

        Assert.Equal(status, query.OneOf<TrialStatus>("status"));
        Assert.Equal(status is null, Record.Exception(query.Check) is ApiException);
    }

    [Theory]
    [InlineData("2026-01-31", "2026-01-31T00:00:00Z")]
    [InlineData("2026-01-31T12:00:00%2B02:00", "2026-01-31T10:00:00Z")]
    [InlineData("1500-01-01", null)]
    [InlineData("10000-01-01", null)]
    public void Query_Time_IsUtcUnlessItSaysOtherwiseAndWithinWhatTablesHold(string text, string? time)
    {
        var query = Query($"from={text}");

        Assert.Equal(time is null ? null : DateTimeOffset.Parse(time, null), query.Time("from"));
        Assert.Equal(time is null, Record.Exception(query.Check) is ApiException);
    }

    [Theory]
    [InlineData("run 7f3kq20b9z")]
    [InlineData("1!8!cnVu 1!28!N2Yz/+==")]
    [InlineData("é漢😀")]
    public void Query_Cursor_ComesBackAsItWasGiven(string continuation)
    {
        var cursor = RequestQuery.ToCursor(continuation)!;

        Assert.Equal(continuation, Query($"cursor={Uri.EscapeDataString(cursor)}").Cursor());
        Assert.Null(RequestQuery.ToCursor(null));
        Assert.Null(Query("").Cursor());
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("abcd")]
    [InlineData("djI6YWJj")]
    public void Query_CursorOfSomebodyElse_IsAProblem(string cursor)
    {
        var query = Query($"cursor={cursor}");

        Assert.Null(query.Cursor());
        Assert.Throws<ApiException>(query.Check);
    }

    [Theory]
    [InlineData("support-bot_1.0+x", true)]
    [InlineData("", false)]
    [InlineData("a/b", false)]
    [InlineData("a%2Fb", false)]
    [InlineData("a'b", false)]
    [InlineData("a\n", false)]
    [InlineData("é", false)]
    public void StoredNames_Name_IsHarmlessOrRefused(string name, bool allowed) =>
        Assert.Equal(!allowed, Record.Exception(() => StoredNames.Check(name)) is ApiException);

    private static RequestQuery Query(string query) => new(FakeHttpRequest.Get($"runs?{query}"));

    private static async Task<int> RefusalAsync(string body, string? type = "application/json", string? length = null)
    {
        var request = FakeHttpRequest.Send("POST", "runs", Encoding.UTF8.GetBytes(body), type, length);
        return (await Assert.ThrowsAsync<ApiException>(() => request.ReadJsonAsync(default))).Problem.Status;
    }
}
