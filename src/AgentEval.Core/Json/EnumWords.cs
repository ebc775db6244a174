using System.Text.Json;

namespace AgentEval.Core.Json;

/// <summary>The word an enumeration's value has in every document: <c>BudgetExceeded</c> is <c>budgetExceeded</c>.</summary>
internal static class EnumWords
{
    public static string Word<T>(this T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    public static bool TryRead<T>(string word, out T value)
        where T : struct, Enum
    {
        var values = Enum.GetValues<T>();
        var index = Array.FindIndex(values, candidate => candidate.Word() == word);
        value = index < 0 ? default : values[index];
        return index >= 0;
    }
}
