using System.Security.Cryptography;
using System.Text;

namespace AgentEval.Functions.Storage;

/// <summary>
/// Ids of runs: ten characters that fall as time goes on, so that rows sort newest first, and eight of chance:
/// <c>7f3kq20b9z-h4x8m2ct</c>. Lower case letters and digits only.
/// </summary>
public static class RunIds
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    private const int TimeLength = 10;
    private const int ChanceLength = 8;

    /// <summary>50 bits of milliseconds: beyond the year 37,000.</summary>
    private const long LastMillisecond = (1L << 50) - 1;

    public static string Create(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return Compose(time.GetUtcNow(), RandomNumberGenerator.GetBytes(ChanceLength));
    }

    /// <summary>The same for the same message: delivered twice, it names one run.</summary>
    /// <param name="at">When the message was put in.</param>
    /// <param name="source">What identifies the message.</param>
    public static string Derive(DateTimeOffset at, string source) => Compose(at, SHA256.HashData(Encoding.UTF8.GetBytes(source)));

    public static bool IsValid(string id) =>
        id is { Length: TimeLength + 1 + ChanceLength } && id[TimeLength] == '-' && id.Where((_, index) => index != TimeLength).All(Alphabet.Contains);

    private static string Compose(DateTimeOffset at, ReadOnlySpan<byte> chance)
    {
        var id = new StringBuilder(TimeLength + 1 + ChanceLength);
        var left = LastMillisecond - at.ToUnixTimeMilliseconds();
        for (var shift = 5 * (TimeLength - 1); shift >= 0; shift -= 5)
        {
            id.Append(Alphabet[(int)(left >> shift) & 31]);
        }

        id.Append('-');
        for (var index = 0; index < ChanceLength; index++)
        {
            id.Append(Alphabet[chance[index] & 31]);
        }

        return id.ToString();
    }
}
