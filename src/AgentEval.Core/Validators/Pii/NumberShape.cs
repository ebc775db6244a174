namespace AgentEval.Core.Validators.Pii;

/// <summary>How a number with separators is written: <c>(64) 3591-3246</c> has 10 digits in 3 groups, the first in brackets.</summary>
internal readonly struct NumberShape
{
    private const int MaxGroups = 8;

    private NumberShape(int start, int end, int digits, int groups, ReadOnlySpan<int> lengths, bool hasArea, bool hasTrunkZero, char separator)
    {
        (Start, End, Digits, Groups, HasArea, HasTrunkZero, Separator) = (start, end, digits, groups, hasArea, hasTrunkZero, separator);
        (First, Second, Third, Fourth) = (lengths[0], lengths[1], lengths[2], lengths[3]);
    }

    public int Start { get; }

    public int End { get; }

    public int Digits { get; }

    public int Groups { get; }

    /// <summary>A group in brackets.</summary>
    public bool HasArea { get; }

    /// <summary><c>+46 (0)8 928</c>.</summary>
    public bool HasTrunkZero { get; }

    /// <summary>The last one seen.</summary>
    private char Separator { get; }

    private int First { get; }

    private int Second { get; }

    private int Third { get; }

    private int Fourth { get; }

    /// <summary>3-3-4 groups, perhaps after a country code.</summary>
    public bool IsNorthAmerican =>
        (Groups == 3 && First == 3 && Second == 3 && Third == 4) || (Groups == 4 && First <= 3 && Second == 3 && Third == 3 && Fourth == 4);

    public static NumberShape Read(ReadOnlySpan<char> text, int start, int maxDigits)
    {
        Span<int> lengths = stackalloc int[MaxGroups];
        var (digits, group, end, hasArea, trunk, separator) = (0, -1, start, false, false, '\0');
        var afterDigit = false;
        for (var index = start; index < text.Length && digits <= maxDigits; index++)
        {
            var symbol = text[index];
            if (char.IsAsciiDigit(symbol))
            {
                group += afterDigit ? 0 : 1;
                if (group >= MaxGroups)
                {
                    break;
                }

                lengths[group]++;
                (digits, end, afterDigit) = (digits + 1, index + 1, true);
            }
            else if (IsSeparator(text, index, start))
            {
                hasArea |= symbol == '(';
                trunk |= symbol == '(' && index + 2 < text.Length && text[index + 1] == '0' && text[index + 2] == ')';
                separator = symbol is '(' or ')' or '+' ? separator : symbol;
                afterDigit = false;
            }
            else
            {
                break;
            }
        }

        return new NumberShape(start, end, digits, group + 1, lengths, hasArea, trunk, separator);
    }

    /// <summary>Dates, ranges of years, decimals, and the 5-4 of a postal code.</summary>
    public bool IsDateOrRange(ReadOnlySpan<char> text)
    {
        var first = text[Start..End];
        var startsWithYear = First == 4 && first[0] is '1' or '2' && first[1] is '9' or '0';
        return (startsWithYear && Second is 1 or 2 && Third is >= 1 and <= 2)
            || (First is 1 or 2 && Second is 1 or 2 && Third == 4 && Separator is '-' or '/' or '.')
            || (startsWithYear && Groups == 2 && Second == 4)
            || (Groups == 2 && Separator == '.')
            || (Groups == 2 && First == 5 && Second == 4);
    }

    private static bool BeginsGroup(ReadOnlySpan<char> text, int index) => index < text.Length && (char.IsAsciiDigit(text[index]) || text[index] == '(');

    /// <summary>One separator between digits, or two such as <c>) </c>; never a line break.</summary>
    private static bool IsSeparator(ReadOnlySpan<char> text, int index, int start)
    {
        var symbol = text[index];
        if (symbol == '+')
        {
            return index == start || (index == start + 1 && text[start] == '(');
        }

        var next = index + 1 < text.Length ? text[index + 1] : '\0';
        return symbol is ' ' or '-' or '.' or '(' or ')' or '/'
            && (char.IsAsciiDigit(next) || (next is '(' or ' ' or '-' && symbol != next && BeginsGroup(text, index + 2)));
    }
}
