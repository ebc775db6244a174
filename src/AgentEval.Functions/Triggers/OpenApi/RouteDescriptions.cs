using System.Text.Json.Nodes;
using AgentEval.Core.Api;
using AgentEval.Core.Runs;
using AgentEval.Core.Validators;

namespace AgentEval.Functions.Triggers.OpenApi;

/// <param name="Summary">One line for people.</param>
/// <param name="Status">Of the good answer.</param>
/// <param name="Answer">Its JSON shape; null: no body, or not JSON.</param>
/// <param name="AnswerType">Its media type.</param>
/// <param name="Body">The schema of the request's body: a shipped one (<c>run</c>, <c>suite</c>, <c>agent</c>), or <c>object</c>; null: no body.</param>
/// <param name="Query">Names of query parameters.</param>
internal sealed record RouteDescription(
    string Summary, int Status = 200, Type? Answer = null, string AnswerType = "application/json", string? Body = null, params string[] Query);

/// <summary>What the API's description says of each function; the routes themselves are read from the functions.</summary>
internal static class RouteDescriptions
{
    private static readonly string[] Paging = ["top", "cursor"];

    public static IReadOnlyDictionary<string, RouteDescription> All { get; } = new Dictionary<string, RouteDescription>
    {
        [nameof(SubmitRun)] = new("Submit a run", 202, typeof(RunAccepted), Body: "run", Query: ["start"]),
        [nameof(ValidateRun)] = new("Check a submission, queue nothing", 200, typeof(ValidationView), Body: "run"),
        [nameof(ListRuns)] = new("List runs, newest first", 200, typeof(ListPage<RunListItem>), Query: ["agent", "suite", "status", "from", "to", .. Paging]),
        [nameof(GetRun)] = new("A run: status, configuration, progress; when finished the result", 200, typeof(RunView)),
        [nameof(StartRun)] = new("Start a created run", 202, typeof(RunView)),
        [nameof(CancelRun)] = new("Cancel a run", 202, typeof(RunView)),
        [nameof(PauseRun)] = new("Pause a run between trials", 202, typeof(RunView)),
        [nameof(ResumeRun)] = new("Resume a paused run", 202, typeof(RunView)),
        [nameof(DeleteRun)] = new("Remove a run with all rows and blobs", 202, typeof(JsonObject)),
        [nameof(ListTrials)] = new("List the trials of a run", 200, typeof(ListPage<TrialResult>), Query: ["status", "scenario", .. Paging]),
        [nameof(GetTrial)] = new("One trial", 200, typeof(TrialResult)),
        [nameof(GetTrace)] = new("The events of a trial, also while it runs", 200, null, "application/x-ndjson", Query: ["after"]),
        [nameof(ListViolations)] = new("List the violations of a run", 200, typeof(ListPage<Violation>), Query: ["validator", "type", "severity", .. Paging]),
        [nameof(GetReport)] = new("The report of a finished run: json, markdown, junit or html", 200, typeof(RunResult), Query: ["format"]),
        [nameof(SubmitBatch)] = new("Submit many runs; each is taken or refused by itself, after the answer", 202, typeof(BatchView), Body: "object"),
        [nameof(GetBatch)] = new("How the runs of a batch fare, and how many are still to be submitted", 200, typeof(BatchView)),
        [nameof(ListSuites)] = new("List suites, every version", 200, typeof(ListPage<SuiteListItem>)),
        [nameof(PutSuite)] = new("Store a suite", 200, typeof(SuiteListItem), Body: "suite"),
        [nameof(PutSuite) + "Version"] = new("Store a version of a suite", 200, typeof(SuiteListItem), Body: "suite"),
        [nameof(GetSuite)] = new("The suite file stored last", 200, typeof(JsonObject)),
        [nameof(GetSuite) + "Version"] = new("A version of a suite file", 200, typeof(JsonObject)),
        [nameof(DeleteSuite)] = new("Remove every version of a suite", 204),
        [nameof(DeleteSuite) + "Version"] = new("Remove a version of a suite", 204),
        [nameof(ValidateSuite)] = new("Check a suite, store nothing", 200, typeof(ValidationView), Body: "suite"),
        [nameof(ListAgents)] = new("List agents", 200, typeof(ListPage<AgentListItem>)),
        [nameof(PutAgent)] = new("Store an agent", 200, typeof(AgentListItem), Body: "agent"),
        [nameof(GetAgent)] = new("An agent file", 200, typeof(JsonObject)),
        [nameof(DeleteAgent)] = new("Remove an agent", 204),
        [nameof(ListSchedules)] = new("List schedules", 200, typeof(ListPage<ScheduleView>)),
        [nameof(PutSchedule)] = new("Store a schedule", 200, typeof(ScheduleView), Body: "object"),
        [nameof(GetSchedule)] = new("A schedule", 200, typeof(ScheduleView)),
        [nameof(DeleteSchedule)] = new("Remove a schedule", 204),
        [nameof(PurgeRuns)] = new("Remove old runs: olderThanDays or keepLast; answers how many, and removes them afterwards", 202, typeof(PurgeView), Body: "object"),
        [nameof(GetStatus)] = new("What works and what waits", 200, typeof(StatusView)),
        [nameof(GetHealth)] = new("The app answers", 200, typeof(HealthView)),
        [nameof(GetSchema)] = new("The JSON Schema of suite, agent or run files", 200, null, "application/schema+json"),
        [nameof(GetOpenApi)] = new("This document", 200, typeof(JsonObject)),
        ["CompareRuns"] = NotYet,
        ["GetLeaderboard"] = NotYet,
        ["GetTrends"] = NotYet,
        ["RescoreRun"] = NotYet,
        ["ReplayRun"] = NotYet,
        ["ApproveSnapshots"] = NotYet,
        ["GetDashboard"] = NotYet,
    };

    private static RouteDescription NotYet => new("Not available in this version", 404, typeof(ApiProblem), "application/problem+json");
}
