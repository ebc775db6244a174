using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Agents;

/// <summary>Finds secrets written into an agent file. No message repeats what it found.</summary>
internal static partial class LiteralSecrets
{
    private const string Remedy = "Keep it outside and name it with auth.secretRef, such as env:AGENTEVAL_SECRET_NAME or keyvault:NAME.";

    /// <summary>True, and reported: some text of the document is a secret, or stands where only a secret would.</summary>
    public static bool Report(JsonNode? node, string path, ProblemList problems)
    {
        switch (node)
        {
            case JsonObject members:
                return members.Aggregate(false, (found, member) => Member(member.Key, member.Value, ProblemList.Join(path, member.Key), problems) | found);
            case JsonArray items:
                return items.Select((item, index) => Report(item, $"{path}[{index}]", problems)).Aggregate(false, (found, next) => found | next);
            case JsonValue value when value.GetValueKind() == JsonValueKind.String && KeyPrefix().IsMatch(value.GetValue<string>()):
                problems.Error(path, ProblemCodes.LiteralSecret, "This looks like a secret. " + Remedy);
                return true;
            default:
                return false;
        }
    }

    /// <summary>A secret in the address itself: user information, or a query parameter such as <c>api_key</c>.</summary>
    public static bool StandsIn(Uri url) => url.UserInfo.Length > 0 || SecretParameter().IsMatch(url.Query);

    private static bool Member(string key, JsonNode? value, string path, ProblemList problems)
    {
        if (SecretName().IsMatch(key) && value?.GetValueKind() == JsonValueKind.String && !IsHarmless(value.GetValue<string>()))
        {
            problems.Error(path, ProblemCodes.LiteralSecret, $"'{key}' holds a secret. " + Remedy);
            return true;
        }

        return Report(value, path, problems);
    }

    /// <summary>Nothing, or a single template such as <c>{{session}}</c>.</summary>
    private static bool IsHarmless(string text) => text.Length == 0 || (text.StartsWith("{{", StringComparison.Ordinal) && text.IndexOf("}}", StringComparison.Ordinal) == text.Length - 2);

    /// <summary>Beginnings that the issuers of keys documented: OpenAI, Anthropic, GitHub, GitLab, Slack, AWS, Google, Hugging Face; and bearer values and JWTs.</summary>
    [GeneratedRegex(
        @"(^|[^A-Za-z0-9_-])(sk-[A-Za-z0-9_-]{16,}|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{16,}|xox[abprs]-[A-Za-z0-9-]{10,}|AKIA[A-Z0-9]{16}|AIza[A-Za-z0-9_-]{30,}|hf_[A-Za-z0-9]{20,}|eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.|[Bb]earer +[A-Za-z0-9._~+/=-]{8,})",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex KeyPrefix();

    [GeneratedRegex(
        @"^(authorization|proxy-authorization|cookie|x-functions-key|password|passwd|secret|token|((.*[-_])?|x-?|access-?|auth-?|client-?)(api|access|secret|subscription|functions)[-_]?key|.*[-_](token|secret|password)|(access|auth|bearer|api|refresh|id)token|clientsecret)$",
        RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SecretName();

    [GeneratedRegex(@"[?&](api[-_]?key|key|code|sig|token|access_token|secret|password|subscription-key)=[^&{]", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SecretParameter();
}
