using System.Text.Json.Nodes;
using AgentEval.Core.Agents;
using AgentEval.Core.Api;
using AgentEval.Core.Problems;
using AgentEval.Core.Scenarios;
using AgentEval.Core.Settings;
using AgentEval.Core.Suites;
using AgentEval.Functions.Agents;
using AgentEval.Functions.Security;
using AgentEval.Functions.Storage;
using AgentEval.Functions.Trials;

namespace AgentEval.Functions.Submissions;

/// <summary>Looks a submission over before it is queued: names are found, layers merged, the agent's address allowed, its secrets there, its trials short enough.</summary>
public sealed class SubmissionChecks(
    SuiteStore suites, AgentStore agents, AppDefaults appDefaults, EndpointGuard endpoints, ISecretResolver secrets, SubmitterChecks submitters, HostLimits host)
{
    private const string Shape = "required_fields";
    private const string SuiteCheck = "suite";
    private const string AgentCheck = "agent";
    private const string Config = "config_valid";
    private const string Type = "endpoint_type";
    internal const string Endpoint = "endpoint_allowed";
    private const string Authentication = "authentication";
    private const string Duration = "trial_duration";

    private static readonly string[] AllChecks = [Shape, SuiteCheck, AgentCheck, Config, Type, Endpoint, Authentication, Duration, .. SubmitterChecks.Names];

    /// <summary>The view of a request whose shape is wrong: nothing else could be checked.</summary>
    internal static ValidationView ShapeFailed(ProblemList problems) => new(
        false, problems.Errors, problems.Warnings, AllChecks.ToDictionary(name => name, name => name == Shape ? CheckOutcome.Error : CheckOutcome.Skipped));

    internal async Task<CheckedSubmission> CheckAsync(RunRequest request, ProblemList shape, CancellationToken cancellationToken)
    {
        var report = new CheckReport(AllChecks);
        report.Add(Shape, shape);
        var suite = await ResolveSuiteAsync(request, report, cancellationToken);
        var agent = await ResolveAgentAsync(request, report, cancellationToken);
        RunSettings? settings = null;
        if (suite is not null && agent is not null)
        {
            var resolved = SettingsLayers.Resolve([appDefaults.Settings, AgentLayer(agent), suite.Defaults, request.Settings]);
            report.Add(Config, resolved.Problems);
            settings = resolved.Value;
            CheckPlan(suite, settings, report);
            CheckFit(suite, agent, report);
            await CheckAgentAsync(agent, report, cancellationToken);
            CheckDuration(RequestOverrides.Apply(suite, request.Settings), agent, settings, report);
            await submitters.CheckAsync(request, suite, agent, settings, report, cancellationToken);
        }

        return new CheckedSubmission(request, suite, agent, settings, report.Problems, report.Outcomes);
    }

    private async Task<Suite?> ResolveSuiteAsync(RunRequest request, CheckReport report, CancellationToken cancellationToken)
    {
        if (request.Suite is JsonObject inline)
        {
            return Take(SuiteReader.Read(inline), SuiteCheck, "suite", report);
        }

        var (name, version) = SplitReference(request.Suite.GetValue<string>());
        if (await suites.FindAsync(name, version, cancellationToken) is { } stored)
        {
            return Take(SuiteReader.Read(stored.Span), SuiteCheck, "suite", report);
        }

        report.Error(SuiteCheck, "suite", ProblemCodes.NotFound, $"There is no suite '{request.Suite}'. PUT /api/suites/{name} stores one, GET /api/suites lists them.");
        return null;
    }

    private async Task<AgentSpec?> ResolveAgentAsync(RunRequest request, CheckReport report, CancellationToken cancellationToken)
    {
        if (request.Agent is JsonObject inline)
        {
            return Take(AgentReader.Read(inline), AgentCheck, "agent", report);
        }

        var name = request.Agent.GetValue<string>();
        if (await agents.FindAsync(name, cancellationToken) is { } stored)
        {
            return Take(AgentReader.Read(stored), AgentCheck, "agent", report);
        }

        report.Error(AgentCheck, "agent", ProblemCodes.NotFound, $"There is no agent '{name}'. PUT /api/agents/{name} stores one, GET /api/agents lists them.");
        return null;
    }

    private static void CheckFit(Suite suite, AgentSpec agent, CheckReport report)
    {
        var problems = new ProblemList();
        AgentFit.Check(suite, agent, problems);
        report.Add(AgentCheck, problems);
    }

    private async Task CheckAgentAsync(AgentSpec agent, CheckReport report, CancellationToken cancellationToken)
    {
        report.Passed(Type);
        report.Passed(Endpoint);
        foreach (var refusal in await endpoints.FindRefusalsAsync([.. agent.Urls, .. new[] { agent.ResetUrl, agent.MetricsUrl }.OfType<Uri>()], cancellationToken))
        {
            report.Error(Endpoint, "agent.url", ProblemCodes.EndpointRefused, refusal);
        }

        report.Passed(Authentication);
        if (agent.Auth.SecretRef is not { } reference)
        {
            return;
        }

        if (secrets.FindRefusal(reference) is { } unusable)
        {
            report.Error(Authentication, "agent.auth.secretRef", ProblemCodes.SecretNotAllowed, unusable);
        }
        else if (secrets.FindMissing(reference) is { } missing)
        {
            report.Error(Authentication, "agent.auth.secretRef", ProblemCodes.NotFound, missing);
        }
    }

    /// <summary>A run of nothing would say nothing, one of too many trials would not end.</summary>
    private static void CheckPlan(Suite suite, RunSettings? settings, CheckReport report)
    {
        if (settings is not null)
        {
            var problems = new ProblemList();
            RunPlanner.Check(suite, settings, problems);
            report.Add(Config, problems);
        }
    }

    private void CheckDuration(Suite suite, AgentSpec agent, RunSettings? settings, CheckReport report)
    {
        if (settings is null)
        {
            return;
        }

        report.Passed(Duration);
        foreach (var scenario in suite.Scenarios)
        {
            var seconds = TrialBounds.WorstCaseSeconds(scenario, settings, agent, suite.ScenarioDefaults);
            if (seconds > host.LongestTrialSeconds)
            {
                report.Error(
                    Duration,
                    $"suite.scenarios.{scenario.Id}",
                    ProblemCodes.OutOfRange,
                    $"A trial may take {seconds:0} s, but the host ends functions after {host.FunctionTimeout}: it must fit {host.LongestTrialSeconds:0} s. Lower execution.timeoutSeconds.");
                return;
            }
        }
    }

    private static T? Take<T>(ReadResult<T> read, string check, string path, CheckReport report)
        where T : class
    {
        var problems = new ProblemList();
        problems.AddRange(read.Problems, path);
        report.Add(check, problems);
        return read.Problems.HasErrors ? null : read.Value;
    }

    /// <summary>What the agent says about retries lies between the app's and the suite's settings.</summary>
    private static JsonObject AgentLayer(AgentSpec agent)
    {
        var execution = new JsonObject();
        if (agent.Retry.Retries is { } retries)
        {
            execution["retries"] = retries;
        }

        if (agent.Retry.DelaySeconds is { } delay)
        {
            execution["retryDelaySeconds"] = delay;
        }

        if (agent.Retry.Backoff is { } backoff)
        {
            execution["retryBackoff"] = backoff;
        }

        return execution.Count == 0 ? [] : new JsonObject { ["execution"] = execution };
    }

    private static (string Name, string? Version) SplitReference(string reference) =>
        reference.Split('@', 2) is [var name, var version] ? (name, version) : (reference, null);
}
