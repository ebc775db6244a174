using System.Text.RegularExpressions;
using AgentEval.Core.Problems;

namespace AgentEval.Functions.Triggers.Http;

/// <summary>Names of suites, versions and agents become keys and paths, so only harmless characters get through.</summary>
internal static class StoredNames
{
    private static readonly Regex Allowed = new(@"^[A-Za-z0-9_.+-]{1,100}\z", RegexOptions.NonBacktracking);

    /// <exception cref="ApiException">400: a name that no stored thing can have.</exception>
    public static void Check(params ReadOnlySpan<string?> names)
    {
        foreach (var name in names)
        {
            if (name is not null && !Allowed.IsMatch(name))
            {
                throw ApiException.BadRequest("name", ProblemCodes.InvalidFormat, $"'{name}' is not a name: letters, digits, '_', '.' and '-', at most 100.");
            }
        }
    }
}
