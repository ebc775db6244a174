using System.Globalization;
using AgentEval.Core.Json;

namespace AgentEval.Core.Schedules;

/// <summary>
/// Says what is wrong with a cron text, field by field: the library behind the clock takes steps of 0, swaps ranges that run backwards, and throws at huge numbers.
/// </summary>
internal static class CronText
{
    private static readonly string[] Months = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];
    private static readonly string[] Weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

    private static readonly Field[] Fields =
    [
        new("second", 0, 59, []), new("minute", 0, 59, []), new("hour", 0, 23, []), new("day", 1, 31, []), new("month", 1, 12, Months), new("weekday", 0, 6, Weekdays),
    ];

    private sealed record Field(string Name, int Least, int Most, string[] Words);

    public static string[] Split(string cron) => cron.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Null: each field is one.</summary>
    public static string? FindProblem(string cron)
    {
        var texts = Split(cron);
        if (texts.Length is not (5 or 6))
        {
            return $"it has {texts.Length} fields, and 5 are expected (minute hour day month weekday), or 6 with seconds first, such as '0 6 * * 1-5'";
        }

        return texts.Zip(Fields[(Fields.Length - texts.Length)..], FindProblem).FirstOrDefault(problem => problem is not null);
    }

    private static string? FindProblem(string text, Field field) =>
        text.Split(',').Select(item => FindProblemOfItem(item, field)).FirstOrDefault(problem => problem is not null);

    private static string? FindProblemOfItem(string item, Field field)
    {
        var (span, step) = item.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash ? (item[..slash], item[(slash + 1)..]) : (item, null);
        if (step is not null && !(TryNumber(step, out var every) && every >= 1 && every <= field.Most - field.Least))
        {
            return $"the step '{Found.Cut(step)}' of the {field.Name} is none of 1 to {field.Most - field.Least}";
        }

        if (span == "*")
        {
            return null;
        }

        var ends = span.Split('-');
        var values = ends.Select(end => ValueOf(end, field)).ToList();
        return values.FindIndex(value => value is null) is >= 0 and var wrong ? $"the {field.Name} '{Found.Cut(ends[wrong])}' is none of {field.Least} to {field.Most}{(field.Words.Length > 0 ? ", and no name of one" : "")}"
            : ends.Length > 2 ? $"'{Found.Cut(item)}' is no range of the {field.Name}"
            : ends.Length == 2 && values[0] > values[1] ? $"the range '{Found.Cut(span)}' of the {field.Name} runs backwards: write it as two, such as {values[0]}-{field.Most},{field.Least}-{values[1]}"
            : null;
    }

    private static int? ValueOf(string text, Field field)
    {
        if (TryNumber(text, out var number))
        {
            return number >= field.Least && number <= field.Most ? number : null;
        }

        var word = text.Length < 3 ? -1 : Array.FindIndex(field.Words, word => word.StartsWith(text, StringComparison.OrdinalIgnoreCase));
        return word < 0 ? null : word + field.Least;
    }

    private static bool TryNumber(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
