using System.Net;
using System.Text.RegularExpressions;
using AgentEval.Client;
using AgentEval.Core.Problems;

namespace AgentEval.Cli.Rendering;

/// <summary>What to type next after a refusal: the service's own messages name routes, since programs read them too.</summary>
internal static partial class Hints
{
    public static IReadOnlyList<string> Of(AgentEvalApiException refusal, ServicePlace? place)
    {
        if (refusal.Status == HttpStatusCode.Unauthorized)
        {
            return [place?.Folder is null ? "Give the service's key with --key or in AGENTEVAL_KEY." : "Set AgentEval__ApiKey to the key the app was started with."];
        }

        var errors = (refusal.Problem.Errors ?? []).Where(error => error.Code == ProblemCodes.NotFound).Select(error => error.Message);
        return [.. errors.Prepend(refusal.Problem.Detail ?? "").Select(message => Of(message, place)).OfType<string>().Distinct(StringComparer.Ordinal)];
    }

    private static string? Of(string message, ServicePlace? place)
    {
        if (NoTrial().Match(message) is { Success: true } trial)
        {
            var id = trial.Groups["id"].Value;
            var form = id.Contains('~', StringComparison.Ordinal) ? "" : $"A trial's id is SCENARIO~EPOCH, such as {id}~1. ";
            return $"{form}`{Command($"trial {trial.Groups["run"].Value}")}` lists the trials of the run.";
        }

        return NoThing().Match(message).Groups["kind"].Value switch
        {
            "run" => $"`{Command("list")}` lists the runs {place}{(place?.Folder is null ? "" : "; --data names another folder, --server a service")}.",
            "suite" => $"`{Command("suite list")}` lists the stored suites, `{Command("suite put FILE")}` stores one. A file itself is named by its path.",
            "agent" => $"`{Command("agent list")}` lists the stored agents, `{Command("agent put FILE")}` stores one. A file itself is named by its path.",
            "schedule" => $"`{Command("schedule list")}` lists the schedules.",
            _ => null,
        };

        string Command(string command) => place?.Command(command) ?? $"agenteval {command}";
    }

    [GeneratedRegex("^There is no (?<kind>run|suite|agent|schedule) '", RegexOptions.NonBacktracking)]
    private static partial Regex NoThing();

    [GeneratedRegex("^Run (?<run>[^ ]+) has no trial '(?<id>[^']*)'", RegexOptions.NonBacktracking)]
    private static partial Regex NoTrial();
}
