using System.Text;

namespace AgentEval.Core.Json.Schema;

/// <summary>JSON Schema patterns are ECMA-262 with the <c>u</c> flag; this rewrites what .NET reads differently.</summary>
internal static class EcmaPattern
{
    private const string LongNames =
        "Letter=L Lowercase_Letter=Ll Uppercase_Letter=Lu Mark=M Number=N Decimal_Number=Nd Punctuation=P Symbol=S Separator=Z Other=C Alphabetic=L";

    private static readonly Dictionary<string, string> Categories = LongNames.Split(' ').Select(entry => entry.Split('=')).ToDictionary(
        pair => pair[0], pair => pair[1], StringComparer.Ordinal);

    /// <summary><c>\d</c> and <c>\w</c> are ASCII, <c>$</c> is the very end, categories have long names.</summary>
    public static string ToDotNet(string pattern)
    {
        var result = new StringBuilder(pattern.Length + 16);
        var inClass = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            var symbol = pattern[i];
            if (symbol == '\\' && i + 1 < pattern.Length)
            {
                i = AppendEscape(pattern, i + 1, inClass, result);
                continue;
            }

            inClass = symbol == '[' || (inClass && symbol != ']');
            result.Append(symbol == '$' && !inClass ? "\\z" : symbol.ToString());
        }

        return result.ToString();
    }

    /// <summary>Returns the index of the escape's last character.</summary>
    private static int AppendEscape(string pattern, int index, bool inClass, StringBuilder result)
    {
        switch (pattern[index])
        {
            case 'd':
                result.Append(inClass ? "0-9" : "[0-9]");
                return index;
            case 'D' when !inClass:
                result.Append("[^0-9]");
                return index;
            case 'w':
                result.Append(inClass ? "A-Za-z0-9_" : "[A-Za-z0-9_]");
                return index;
            case 'W' when !inClass:
                result.Append("[^A-Za-z0-9_]");
                return index;
            case 'p' or 'P' when index + 1 < pattern.Length && pattern[index + 1] == '{' && pattern.IndexOf('}', index) is > 0 and var end:
                var name = pattern[(index + 2)..end];
                result.Append('\\').Append(pattern[index]).Append('{').Append(Categories.GetValueOrDefault(name, name)).Append('}');
                return end;
            default:
                result.Append('\\').Append(pattern[index]);
                return index;
        }
    }
}
