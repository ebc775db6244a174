using System.CommandLine;
using AgentEval.Cli.Runs;
using AgentEval.Client;

namespace AgentEval.Cli.Commands;

/// <summary>The arguments of <c>run</c>.</summary>
internal sealed class RunOptions
{
    private readonly Argument<string?> _suite = new("SUITE") { Description = "A file, or NAME[@VERSION] of a stored suite.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _agent = Text("--agent", "The agent: a file, a URL, or the name of a stored one.", "FILE|NAME|URL");
    private readonly Option<string?> _agentType = Text("--agent-type", "The type of an agent given as a URL (default http).", "TYPE");
    private readonly Option<string?> _model = Text("--model", "The agent's model.", "MODEL");
    private readonly Option<string?> _config = Text("--config", "A run request, or part of one; the other options override it.", "FILE");
    private readonly Option<long?> _seed = new("--seed") { Description = "The run's seed (default: derived from the run id).", HelpName = "N" };
    private readonly Option<int?> _epochs = new("--epochs") { Description = "Trials of each scenario.", HelpName = "N" };
    private readonly Option<int?> _limit = new("--limit") { Description = "At most this many scenarios.", HelpName = "N" };
    private readonly Option<string?> _redTeam = Text("--red-team", "Attacks on the scenarios: off, low, medium (also without a value) or high. Not in this version, but for off.", "LEVEL");
    private readonly Option<double?> _replay = new Option<double?>("--replay") { Description = "The share of trials that is run again to measure reproducibility.", HelpName = "FRACTION" }.Finite();
    private readonly Option<string[]> _tags = Many("--tag", "Only scenarios with one of these tags.", "TAG");
    private readonly Option<string[]> _categories = Many("--category", "Only scenarios of these categories.", "NAME");
    private readonly Option<string[]> _difficulties = Many("--difficulty", "Only scenarios this difficult.", "easy|medium|hard");
    private readonly Option<string[]> _scenarios = Many("--scenario", "Only these scenarios.", "ID");
    private readonly Option<int?> _maxParallel = new("--max-parallel") { Description = "Trials at a time.", HelpName = "N" };
    private readonly Option<double?> _delay = new Option<double?>("--delay") { Description = "Seconds between two trials of a lane.", HelpName = "S" }.Finite();
    private readonly Option<double?> _timeout = new Option<double?>("--timeout") { Description = "Seconds a trial may take.", HelpName = "S" }.Finite();
    private readonly Option<int?> _retries = new("--retries") { Description = "Retries of an agent call.", HelpName = "N" };
    private readonly Option<string?> _failFast = Text("--fail-fast", "Stop at the first trial that ends so.", "error|failed");
    private readonly Option<string[]> _gate = Many("--gate", "A limit of the gate, such as minPassRate=0.9.", "LIMIT=VALUE");
    private readonly Option<string[]> _set = Many("--set", "Any key of the run request, such as execution.turnTimeoutSeconds=30.", "PATH=VALUE");
    private readonly Option<string?> _out = Text("--out", "Results, reports and a file per trial go here.", "DIR");
    private readonly Option<string> _template = new("--filename-template")
    {
        Description = "Names of the files of trials: {scenarioId} {trialId} {epoch} {attack} {status} {runId} {timestamp}.",
        HelpName = "TEMPLATE",
        DefaultValueFactory = _ => TrialFiles.DefaultTemplate,
    };

    private readonly Dictionary<ReportFormat, Option<string?>> _reports = new()
    {
        [ReportFormat.Junit] = Text("--junit", "The JUnit report goes here.", "FILE"),
        [ReportFormat.Markdown] = Text("--markdown", "The Markdown report goes here.", "FILE"),
        [ReportFormat.Html] = Text("--html", "The HTML report goes here.", "FILE"),
        [ReportFormat.Json] = Text("--json", "The JSON report goes here.", "FILE"),
        [ReportFormat.Sarif] = Text("--sarif", "The SARIF report goes here. Not in this version.", "FILE"),
    };

    private readonly Option<bool> _createOnly = new("--create-only") { Description = "Create the run without starting it." };
    private readonly Option<bool> _detach = new("--detach") { Description = "Start the run and do not wait for it." };
    private readonly Option<string?> _runId = Text("--run-id", "Start this run, which was created before, and follow it.", "ID");
    private readonly Option<string?> _idempotencyKey = Text("--idempotency-key", "The same key with the same request gives the same run.", "KEY").Header();

    public void AddTo(Command command)
    {
        _redTeam.Arity = ArgumentArity.ZeroOrOne;
        _redTeam.AcceptOnlyFromAmong("off", "low", "medium", "high");
        _failFast.AcceptOnlyFromAmong("error", "failed");
        _difficulties.AcceptOnlyFromAmong("easy", "medium", "hard");
        command.Arguments.Add(_suite);
        Option[] options =
        [
            _agent, _agentType, _model, _config, _seed, _epochs, _limit, _redTeam, _replay, _tags, _categories, _difficulties, _scenarios, _maxParallel,
            _delay, _timeout, _retries, _failFast, _gate, _set, _out, _template, .. _reports.Values, _createOnly, _detach, _runId, _idempotencyKey,
        ];
        foreach (var option in options)
        {
            command.Options.Add(option);
        }
    }

    public bool IsCreateOnly(ParseResult arguments) => arguments.GetValue(_createOnly);

    public bool IsDetached(ParseResult arguments) => arguments.GetValue(_detach);

    public string? RunId(ParseResult arguments) => arguments.GetValue(_runId);

    public string? IdempotencyKey(ParseResult arguments) => arguments.GetValue(_idempotencyKey);

    public RunArguments Arguments(ParseResult arguments) => new()
    {
        Suite = arguments.GetValue(_suite),
        Agent = arguments.GetValue(_agent),
        AgentType = arguments.GetValue(_agentType),
        Model = arguments.GetValue(_model),
        ConfigFile = arguments.GetValue(_config),
        Seed = arguments.GetValue(_seed),
        Epochs = arguments.GetValue(_epochs),
        Limit = arguments.GetValue(_limit),
        RedTeamLevel = arguments.GetResult(_redTeam) is null ? null : arguments.GetValue(_redTeam) ?? "medium",
        ReplayFraction = arguments.GetValue(_replay),
        Tags = arguments.GetValue(_tags) ?? [],
        Categories = arguments.GetValue(_categories) ?? [],
        Difficulties = arguments.GetValue(_difficulties) ?? [],
        Scenarios = arguments.GetValue(_scenarios) ?? [],
        MaxParallel = arguments.GetValue(_maxParallel),
        DelaySeconds = arguments.GetValue(_delay),
        TimeoutSeconds = arguments.GetValue(_timeout),
        Retries = arguments.GetValue(_retries),
        FailFast = arguments.GetValue(_failFast),
        Gate = arguments.GetValue(_gate) ?? [],
        Set = arguments.GetValue(_set) ?? [],
    };

    public RunOutputs Outputs(ParseResult arguments) => new()
    {
        Folder = arguments.GetValue(_out),
        FilenameTemplate = arguments.GetValue(_template)!,
        Reports = _reports
            .Select(report => (report.Key, Path: arguments.GetValue(report.Value)))
            .Where(report => report.Path is not null)
            .ToDictionary(report => report.Key, report => report.Path!),
    };

    private static Option<string?> Text(string name, string description, string value) => new(name) { Description = description, HelpName = value };

    private static Option<string[]> Many(string name, string description, string value) => new(name) { Description = description, HelpName = value };
}
