using System.Net;
using System.Net.Mail;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using AgentEval.Core.Agents;
using AgentEval.Core.Api;
using AgentEval.Core.Problems;
using AgentEval.Core.Settings;
using AgentEval.Core.Suites;
using AgentEval.Functions.Security;
using Microsoft.Extensions.Configuration;

namespace AgentEval.Functions.Submissions;

/// <summary>
/// What a shared service asks of its submitters: <c>AgentEval:Submissions</c> is <c>checked</c>, the default when deployed. In <c>open</c> mode, the
/// default elsewhere, these checks are skipped.
/// </summary>
public sealed class SubmitterChecks
{
    internal const string Terms = "terms_accepted";
    internal const string Quota = "quota_available";
    internal const string Reachable = "endpoint_reachable";
    internal const string Categories = "categories_valid";
    internal const string Email = "email_valid";
    internal const string Version = "version_format";
    internal const string Organization = "organization";

    private static readonly Regex SemanticVersion = new(@"^\d+\.\d+\.\d+([-+][0-9A-Za-z.-]+)?$", RegexOptions.NonBacktracking);

    private readonly EndpointGuard _endpoints;
    private readonly TimeProvider _time;

    internal SubmitterChecks(bool isOn, EndpointGuard endpoints, TimeProvider time)
    {
        IsOn = isOn;
        _endpoints = endpoints;
        _time = time;
    }

    public static IReadOnlyList<string> Names { get; } = [Terms, Quota, Reachable, Categories, Email, Version, Organization];

    public bool IsOn { get; }

    /// <summary>Whether the mode is <c>checked</c>.</summary>
    /// <exception cref="InvalidOperationException">The mode is neither <c>open</c> nor <c>checked</c>.</exception>
    internal static bool ReadMode(IConfiguration configuration, bool deployed) => configuration["AgentEval:Submissions"] switch
    {
        null or "" => deployed,
        "open" => false,
        "checked" => true,
        var other => throw new InvalidOperationException($"AgentEval:Submissions is '{other}'; it must be open or checked."),
    };

    internal async Task CheckAsync(RunRequest request, Suite suite, AgentSpec agent, RunSettings? settings, CheckReport report, CancellationToken cancellationToken)
    {
        if (!IsOn)
        {
            return;
        }

        CheckSubmitter(request.Submitter, report);
        CheckVersion(agent, report);
        CheckCategories(suite, settings, report);
        if (report.Outcomes[SubmissionChecks.Endpoint] == CheckOutcome.Ok)
        {
            await CheckReachableAsync(agent, report, cancellationToken);
        }
    }

    private static void CheckSubmitter(Submitter? submitter, CheckReport report)
    {
        report.Require(Terms, submitter?.TermsAccepted == true, "submitter.termsAccepted", ProblemCodes.Required, "Accept the terms of this service: submitter.termsAccepted must be true.");
        report.Require(
            Email, MailAddress.TryCreate(submitter?.Email, out _), "submitter.email", ProblemCodes.InvalidFormat, "Say who submits: submitter.email must be an e-mail address.");
        if (submitter?.Organization is { Length: > 0 })
        {
            report.Passed(Organization);
        }
        else
        {
            report.Warn(Organization, "submitter.organization", ProblemCodes.Required, "No organization is named.");
        }
    }

    private static void CheckVersion(AgentSpec agent, CheckReport report)
    {
        if (agent.Version is { } version && SemanticVersion.IsMatch(version))
        {
            report.Passed(Version);
        }
        else
        {
            report.Warn(Version, "agent.version", ProblemCodes.InvalidFormat, "The agent has no version like 1.2.3, so its results cannot be told apart later.");
        }
    }

    private static void CheckCategories(Suite suite, RunSettings? settings, CheckReport report)
    {
        var known = suite.Scenarios.Select(scenario => scenario.Category).ToHashSet(StringComparer.Ordinal);
        var unknown = (settings?.Filters.Categories ?? []).Where(category => !known.Contains(category)).ToList();
        report.Require(
            Categories, unknown.Count == 0, "filters.categories", ProblemCodes.UnknownReference, $"The suite has no category {string.Join(", ", unknown)}; it has {string.Join(", ", known.Order())}.");
    }

    /// <summary>Only for addresses that may be called, so that nobody can feel out a private network. Each server is tried once, all of them within one limit.</summary>
    private async Task CheckReachableAsync(AgentSpec agent, CheckReport report, CancellationToken cancellationToken)
    {
        report.Passed(Reachable);
        var servers = agent.Urls.Select(url => new DnsEndPoint(url.IdnHost, url.Port)).Distinct().ToList();
        foreach (var problem in await AddressTrials.FindProblemsAsync(servers, FindSilenceAsync, _time, cancellationToken))
        {
            report.Error(Reachable, "agent.url", ProblemCodes.EndpointRefused, problem);
        }
    }

    /// <summary>Null: a connection came about.</summary>
    private async Task<string?> FindSilenceAsync(DnsEndPoint server, CancellationToken limit, CancellationToken either)
    {
        try
        {
            await using var connection = await _endpoints.ConnectAsync(server.Host, server.Port, either);
            return null;
        }
        catch (EndpointRefusedException refusal)
        {
            return refusal.Message;
        }
        catch (SocketException failure)
        {
            return $"{server.Host}:{server.Port} does not answer: {failure.Message}";
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return $"{server.Host}:{server.Port} does not answer: no connection within {AddressTrials.Within.TotalSeconds:0} s, the time for all addresses of the agent together.";
        }
    }
}
