using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AgentEval.SampleAgent.Bot;

/// <summary>What <c>lookup_order</c> answered. Only these fields are looked at, so that nothing else in an answer is ever said.</summary>
internal sealed record OrderAnswer(string? Status, decimal? Total, DateOnly? Arrives, string? Card, bool Refunded, JsonNode? Error)
{
    public string? LastFour => Card is null ? null : string.Concat(Card.Where(char.IsAsciiDigit)) is { Length: >= 4 } digits ? digits[^4..] : null;
}

/// <summary>What <c>issue_refund</c> answered.</summary>
internal sealed record RefundAnswer(decimal? Refunded, string? Reference, JsonNode? Error)
{
    private static readonly Regex Shape = new(@"\A[A-Z]{1,4}-?[A-Z]?-?[0-9]{1,10}\z", RegexOptions.NonBacktracking);

    /// <summary>The reference, when it looks like one.</summary>
    public string? Receipt => Reference is not null && Shape.IsMatch(Reference) ? Reference : null;
}

/// <summary>Reads what tools answer. An answer of another shape is as unreadable as one that is no JSON.</summary>
internal static class ToolAnswers
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { AllowDuplicateProperties = false };
    private static readonly Regex Word = new(@"\A[a-z]{1,20}\z", RegexOptions.NonBacktracking);

    /// <summary>Null: unreadable.</summary>
    public static OrderAnswer? Order(string text) =>
        Read<OrderAnswer>(text) is { } answer && (answer.Error is not null || Word.IsMatch(answer.Status ?? "")) ? answer : null;

    /// <summary>Null: unreadable.</summary>
    public static RefundAnswer? Refund(string text) =>
        Read<RefundAnswer>(text) is { } answer && (answer.Error ?? answer.Refunded ?? (object?)answer.Reference) is not null ? answer : null;

    public static string Money(decimal amount) => amount.ToString("$0.00", CultureInfo.InvariantCulture);

    private static T? Read<T>(string text)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(text, Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
