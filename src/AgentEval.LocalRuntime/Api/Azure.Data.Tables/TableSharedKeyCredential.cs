#nullable disable

using System.Security.Cryptography;

namespace Azure.Data.Tables;

public class TableSharedKeyCredential
{
    private byte[] _key;

    /// <exception cref="FormatException"><paramref name="accountKey"/> is not base64.</exception>
    public TableSharedKeyCredential(string accountName, string accountKey)
    {
        ArgumentNullException.ThrowIfNull(accountName);
        AccountName = accountName;
        SetAccountKey(accountKey);
    }

    public string AccountName { get; }

    public void SetAccountKey(string accountKey)
    {
        ArgumentNullException.ThrowIfNull(accountKey);
        Volatile.Write(ref _key, Convert.FromBase64String(accountKey));
    }

    internal string Sign(ReadOnlySpan<byte> text)
    {
        Span<byte> signature = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(Volatile.Read(ref _key), text, signature);
        return Convert.ToBase64String(signature);
    }
}
