using AgentEval.Core.Api;
using AgentEval.Core.Reports;
using AgentEval.Core.Runs;
using AgentEval.Core.Schemas;
using AgentEval.Core.Traces;
using AgentEval.Core.Validators;

namespace AgentEval.Functions.Triggers.OpenApi;

/// <summary>What the API's description says of each function; the routes themselves are read from the functions.</summary>
internal static class RouteDescriptions
{
    private static readonly string[] DocumentTypes = ["application/json", "application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml"];

    private static readonly Field[] Paging =
    [
        new("top", "How many at most", Shapes.Number(1, 1_000, 100)),
        new("cursor", "From the page before; opaque", Shapes.Text()),
    ];

    private static readonly Field[] Submitting =
    [
        new("Idempotency-Key", "The same key and body give what the first gave; the key with another body is a conflict", Shapes.Text(200)),
        new("X-AgentEval-Initiator", "Who submits, for initiatedBy; anything else counts as http", Shapes.Words(["cli", "http"], "http")),
    ];

    private static readonly Field Location = new("Location", "Where to follow it", Shapes.Text());

    public static IReadOnlyDictionary<string, RouteDescription> All { get; } = new Dictionary<string, RouteDescription>
    {
        [nameof(SubmitRun)] = Answers<RunAccepted>("Submit a run", 202) with
        {
            Query = [new("start", "false: the run is created and waits for its start", Shapes.Flag(true))],
            Headers = Submitting,
            Body = Json(Shapes.File("run")),
            AnswerHeaders = [Location, Shapes.RetryAfter],
            Problems = [409, 422, 429],
        },
        [nameof(ValidateRun)] = Answers<ValidationView>("Check a submission, queue nothing") with { Body = Json(Shapes.File("run")) },
        [nameof(ListRuns)] = Answers<ListPage<RunListItem>>("List runs, newest first") with
        {
            Query =
            [
                new("agent", "By its name", Shapes.Text()),
                new("suite", "By its name", Shapes.Text()),
                new("status", "As the runs stand now", Shapes.Of<RunStatus>()),
                new("from", "Created then or later; UTC unless it says otherwise", Shapes.Time),
                new("to", "Created then or earlier; UTC unless it says otherwise", Shapes.Time),
                .. Paging,
            ],
        },
        [nameof(GetRun)] = OfRun("A run: status, configuration, progress; when finished the result", 200, 404),
        [nameof(StartRun)] = OfRun("Start a created run", 202, 404, 409, 429),
        [nameof(CancelRun)] = OfRun("Cancel a run", 202, 404, 409),
        [nameof(PauseRun)] = OfRun("Pause a run between trials", 202, 404, 409),
        [nameof(ResumeRun)] = OfRun("Resume a paused run", 202, 404, 409),
        [nameof(DeleteRun)] = Answers<RunDeletion>("Remove a run with all rows and blobs", 202) with { Problems = [404] },
        [nameof(ListTrials)] = Answers<ListPage<TrialResult>>("List the trials of a run") with
        {
            Query = [new("status", "Of the trial", Shapes.Of<TrialStatus>()), new("scenario", "By its id", Shapes.Text()), .. Paging],
            Problems = [404],
        },
        [nameof(GetTrial)] = Answers<TrialResult>("One trial") with { Problems = [404] },
        [nameof(GetTrace)] = new("The events of a trial, also while it runs: JSON Lines, one such event a line", 200)
        {
            Answer = [new("application/x-ndjson", Shapes.Of<TraceEvent>())],
            Query = [new("after", "Only events with a higher seq", Shapes.Number(0, int.MaxValue, 0))],
            Problems = [404],
        },
        [nameof(ListViolations)] = Answers<ListPage<Violation>>("List the violations of a run") with
        {
            Query =
            [
                new("validator", "Which one reported them", Shapes.Words(ValidatorCatalogue.Names)),
                new("type", "Such as CREDIT_CARD", Shapes.Text()),
                new("severity", "Exactly this one", Shapes.Of<Severity>()),
                .. Paging,
            ],
            Problems = [404],
        },
        [nameof(GetReport)] = new("The report of a finished run", 200)
        {
            Answer = [.. ReportCatalogue.All.Select(Report)],
            Query = [new("format", "How it is written", Shapes.Words(ReportCatalogue.All.Select(format => format.Name), "json"))],
            Problems = [404, 409],
        },
        [nameof(SubmitBatch)] = Answers<BatchView>("Submit many runs; each is taken or refused by itself, after the answer", 202) with
        {
            Headers = Submitting,
            Body = Json(Shapes.Batch),
            AnswerHeaders = [Location],
            Problems = [409],
        },
        [nameof(GetBatch)] = Answers<BatchView>("How the runs of a batch fare, and how many are still to be submitted") with { Problems = [400, 404] },
        [nameof(ListSuites)] = Answers<ListPage<SuiteListItem>>("List suites, every version"),
        [nameof(PutSuite)] = Answers<SuiteListItem>("Store a suite") with { Body = Document("suite"), Problems = [409] },
        [nameof(PutSuite) + "Version"] = Answers<SuiteListItem>("Store a version of a suite") with { Body = Document("suite"), Problems = [409] },
        [nameof(GetSuite)] = File("The suite file stored last", "suite"),
        [nameof(GetSuite) + "Version"] = File("A version of a suite file", "suite"),
        [nameof(DeleteSuite)] = Removes("Remove every version of a suite"),
        [nameof(DeleteSuite) + "Version"] = Removes("Remove a version of a suite"),
        [nameof(ValidateSuite)] = Answers<ValidationView>("Check a suite, store nothing") with { Body = Document("suite") },
        [nameof(ListAgents)] = Answers<ListPage<AgentListItem>>("List agents"),
        [nameof(PutAgent)] = Answers<AgentListItem>("Store an agent") with { Body = Document("agent") },
        [nameof(GetAgent)] = File("An agent file", "agent"),
        [nameof(DeleteAgent)] = Removes("Remove an agent"),
        [nameof(ListSchedules)] = Answers<ListPage<ScheduleView>>("List schedules"),
        [nameof(PutSchedule)] = Answers<ScheduleView>("Store a schedule") with { Body = Json(Shapes.Schedule) },
        [nameof(GetSchedule)] = Answers<ScheduleView>("A schedule") with { Problems = [400, 404] },
        [nameof(DeleteSchedule)] = Removes("Remove a schedule"),
        [nameof(PurgeRuns)] = Answers<PurgeView>("Remove old runs: olderThanDays or keepLast; answers how many, and removes them afterwards", 202) with
        {
            Body = Json(Shapes.Purge("olderThanDays", "keepLast", 100_000)),
        },
        [nameof(GetStatus)] = Answers<StatusView>("What works and what waits"),
        [nameof(GetHealth)] = Answers<HealthView>("The app answers"),
        [nameof(GetSchema)] = new("The JSON Schema of suite, agent or run files", 200) { Answer = [new("application/schema+json", Shapes.Anything)], Problems = [404] },
        [nameof(GetOpenApi)] = new("This document", 200) { Answer = Json(Shapes.Anything) },
        ["CompareRuns"] = NotYet,
        ["GetLeaderboard"] = NotYet,
        ["GetTrends"] = NotYet,
        ["RescoreRun"] = NotYet,
        ["ReplayRun"] = NotYet,
        ["ApproveSnapshots"] = NotYet,
        ["GetDashboard"] = NotYet,
    };

    private static RouteDescription NotYet => new("Not available in this version", 404) { Answer = [new("application/problem+json", Shapes.Of<ApiProblem>())] };

    /// <param name="name">Of a place in a route.</param>
    public static Field PathField(string name) => name switch
    {
        "id" => new(name, "The id that was given when it was submitted", Shapes.Text()),
        "trialId" => new(name, "scenarioId~epoch, and ~attack where it has one", Shapes.Text()),
        "name" => new(name, "The name: letters, digits, '_', '.', '+' and '-'", Shapes.Text(100)),
        "version" => new(name, "The version", Shapes.Text(100)),
        "file" => new(name, "Which schema", Shapes.Words(SchemaResources.Names.Select(schema => schema + ".json"))),
        "path" => new(name, "A page of it", Shapes.Text()),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "The routes have no such place."),
    };

    private static RouteDescription Answers<T>(string summary, int status = 200) => new(summary, status) { Answer = Json(Shapes.Of<T>()) };

    private static RouteDescription OfRun(string summary, int status, params int[] problems) => new(summary, status) { Answer = Json(Shapes.Run), Problems = problems };

    private static RouteDescription File(string summary, string schema) => new(summary, 200) { Answer = Json(Shapes.File(schema)), Problems = [400, 404] };

    private static RouteDescription Removes(string summary) => new(summary, 204) { Problems = [400, 404] };

    private static Content[] Json(Shape shape) => [new("application/json", shape)];

    private static Content[] Document(string schema) => [.. DocumentTypes.Select(type => new Content(type, Shapes.File(schema)))];

    private static Content Report(IReportFormat format) => new(format.ContentType.Split(';')[0], format.Name == "json" ? Shapes.Of<RunResult>() : Shapes.Text());
}

/// <summary>The answer of <c>DELETE /runs/{id}</c>.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Status"><c>deleting</c>.</param>
internal sealed record RunDeletion(string RunId, string Status);
