using System.Globalization;
using AgentEval.LocalRuntime.Durable.History;
using Azure.Data.Tables;

namespace AgentEval.LocalRuntime.Durable.Storage;

/// <summary>A row with the events of a commit, or with some of them when they are many.</summary>
internal static class HistoryRow
{
    public static string Key(int generation, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"history-{generation:D8}-{number:D8}");

    /// <summary>Below every key of the generation.</summary>
    public static string FirstKey(int generation) => Key(generation, 0);

    public static TableEntity Write(string instanceId, int generation, int number, string text)
    {
        var row = new TableEntity(instanceId, Key(generation, number));
        LongText.Write(row, text);
        return row;
    }

    public static IReadOnlyList<HistoryEvent> Read(TableEntity row) => HistoryText.Read(LongText.Read(row));
}
