using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace AgentEval.Functions.Runs;

/// <summary>Whole numbers of the <c>AgentEval</c> section.</summary>
internal static class AppNumbers
{
    /// <summary>Null: not set.</summary>
    /// <exception cref="InvalidOperationException">The value is no whole number from <paramref name="least"/> to <paramref name="most"/>: the app must not start with it.</exception>
    public static int? Read(IConfiguration configuration, string name, int least, int most)
    {
        if (configuration[$"AgentEval:{name}"] is not { Length: > 0 } text)
        {
            return null;
        }

        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw new InvalidOperationException($"AgentEval:{name} is '{text}'; it must be a whole number from {least} to {most}.");
    }
}
