using System.Text.Json.Nodes;

namespace AgentEval.Core.Suites;

/// <summary>The run request lies above the scenarios: what it says itself wins over a scenario's own <c>timeoutSeconds</c>, <c>retries</c> and <c>epochs</c>.</summary>
public static class RequestOverrides
{
    /// <param name="suite">As read.</param>
    /// <param name="requestSettings">The run request's own layer, unmerged.</param>
    /// <returns>The suite without the scenario values that the request replaces, so that the resolved settings hold for them.</returns>
    public static Suite Apply(Suite suite, JsonObject requestSettings)
    {
        ArgumentNullException.ThrowIfNull(suite);
        ArgumentNullException.ThrowIfNull(requestSettings);
        var execution = requestSettings["execution"] as JsonObject ?? [];
        var (timeout, retries, epochs) = (execution.ContainsKey("timeoutSeconds"), execution.ContainsKey("retries"), requestSettings.ContainsKey("epochs"));
        if (!timeout && !retries && !epochs)
        {
            return suite;
        }

        return suite with
        {
            ScenarioDefaults = suite.ScenarioDefaults with
            {
                TimeoutSeconds = timeout ? null : suite.ScenarioDefaults.TimeoutSeconds,
                Retries = retries ? null : suite.ScenarioDefaults.Retries,
            },
            Scenarios =
            [
                .. suite.Scenarios.Select(scenario => scenario with
                {
                    TimeoutSeconds = timeout ? null : scenario.TimeoutSeconds,
                    Retries = retries ? null : scenario.Retries,
                    Epochs = epochs ? null : scenario.Epochs,
                }),
            ],
        };
    }
}
