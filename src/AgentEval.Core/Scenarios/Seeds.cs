using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace AgentEval.Core.Scenarios;

/// <summary>
/// Chance that is the same on every machine: a seed is the head of the SHA-256 of a UTF-8 text. What a trial sees depends on the run's seed and
/// its own id alone, never on order or parallelism.
/// </summary>
public static class Seeds
{
    /// <summary>The largest whole number that every JSON reader keeps exactly: 2^53 − 1.</summary>
    public const long Max = 9_007_199_254_740_991;

    /// <summary>A run's seed from its id: the first 53 bits of SHA-256(text), 0 to <see cref="Max"/>.</summary>
    public static long FromText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return (long)(Hash(text) >> 11);
    }

    /// <summary>A trial's seed: the first 31 bits of SHA-256("{runSeed}/{trialId}"), which fit the seed parameter of every model server.</summary>
    public static long Derive(long runSeed, string trialId) => (long)(Rank(runSeed, trialId) >> 33);

    /// <summary>Sorting by it gives a random order that does not change when items are left out: the first 64 bits of SHA-256("{seed}/{id}[/{purpose}]").</summary>
    internal static ulong Rank(long seed, string id, string? purpose = null) =>
        Hash(FormattableString.Invariant($"{seed}/{id}{(purpose is null ? "" : "/" + purpose)}"));

    private static ulong Hash(string text) => BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
