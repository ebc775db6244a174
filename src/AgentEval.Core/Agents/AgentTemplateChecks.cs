using System.Text.Json.Nodes;
using AgentEval.Core.Json;
using AgentEval.Core.Problems;
using AgentEval.Core.Scenarios;

namespace AgentEval.Core.Agents;

/// <summary>Finds the templates of an agent file that nothing would ever fill, so that the agent would get them as they stand.</summary>
internal static class AgentTemplateChecks
{
    public static void Report(AgentSpec agent, ObjectCursor file)
    {
        var headers = new JsonObject(agent.Headers.Select(header => KeyValuePair.Create(header.Key, (JsonNode?)header.Value)));
        var found = new ProblemList();
        ReportUnknownInPrompt(agent.SystemPrompt, found);
        ReportUnknown(headers, "headers", AgentTemplateNames.OfRequest(agent.Type), agent.Settings, found);
        ReportUnknown(agent.Settings, "settings", AgentTemplateNames.OfSettings(agent.Type), agent.Settings, found);
        if (agent.Type == AgentType.Http)
        {
            ReportUnknown(agent.Request.Body, "request.body", AgentTemplateNames.OfRequest(agent.Type), agent.Settings, found);
            if (!found.HasErrors && !new JsonNode?[] { agent.Request.Body, headers, agent.Settings }.Any(NamesInput))
            {
                found.Warning("request.body", ProblemCodes.Required, "The agent never gets what the scenarios say: nothing in the body names it. Put \"{{input}}\" where the agent expects the message.");
            }
        }

        file.Problems.AddDistinct(found);
    }

    /// <summary>A prompt is prose, and may speak of templates itself.</summary>
    private static void ReportUnknownInPrompt(string? prompt, ProblemList problems)
    {
        foreach (var (place, name) in Templates.NamesIn(prompt, "systemPrompt").Where(found => !AgentTemplateNames.OfSystemPrompt.Knows(found.Name)))
        {
            problems.Warning(place, ProblemCodes.UnknownReference, () =>
                $"Nothing is called '{Found.Cut(name)}' here, so '{{{{{Found.Cut(name)}}}}}' is sent as it stands. {AgentTemplateNames.OfSystemPrompt.Hint(name, [])}");
        }
    }

    private static void ReportUnknown(JsonNode? node, string path, AgentTemplateNames known, JsonObject settings, ProblemList problems)
    {
        foreach (var (place, name) in Templates.NamesIn(node, path).Where(found => !known.Knows(found.Name)))
        {
            if (!known.IsSetting(name, out var setting))
            {
                problems.Error(place, ProblemCodes.UnknownReference, () =>
                    $"Nothing is called '{Found.Cut(name)}' here, so '{{{{{Found.Cut(name)}}}}}' cannot be filled. {known.Hint(name, settings.Select(member => member.Key))}");
            }
            else if (!settings.ContainsKey(setting))
            {
                // No error: the settings of scenarios are laid over the agent's.
                problems.Warning(place, ProblemCodes.UnknownReference, () =>
                {
                    var near = NearestWord.Find(setting, settings.Select(member => member.Key)) is { } word ? $" Did you mean '{{{{settings.{word}}}}}'?" : "";
                    return $"'settings' has no '{Found.Cut(setting)}': '{{{{{Found.Cut(name)}}}}}' is only filled for scenarios whose 'agentSettings' have it.{near}";
                });
            }
        }
    }

    private static bool NamesInput(JsonNode? node) => Templates.NamesIn(node, "").Any(found => AgentTemplateNames.IsInput(found.Name));
}
