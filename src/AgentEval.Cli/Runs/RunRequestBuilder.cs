using System.Text;
using System.Text.Json.Nodes;
using AgentEval.Client;
using AgentEval.Core.Agents;
using AgentEval.Core.Api;
using AgentEval.Core.Problems;
using AgentEval.Core.Suites;

namespace AgentEval.Cli.Runs;

/// <summary>Makes the run request of the arguments of <c>run</c>: files become inline documents, and are checked before anything is sent.</summary>
internal static class RunRequestBuilder
{
    private static readonly string[] NoSettings = ["suite", "agent", "labels", "submitter"];

    /// <exception cref="CliException">Something is missing or wrong; the problems say where.</exception>
    public static RunSubmission Build(RunArguments arguments, CliLog log)
    {
        var config = arguments.ConfigFile is { } file ? DocumentFile.Read(file) : [];
        var request = new JsonObject();
        foreach (var (key, value) in config)
        {
            request[key] = value?.DeepClone();
        }

        request["suite"] = Suite(arguments, config, log);
        request["agent"] = Agent(arguments, config, log);
        var settings = arguments.Settings();
        foreach (var setting in settings)
        {
            SettingPath.Set(request, setting.Path, setting.Value);
        }

        return Check(request, arguments.ConfigFile, settings, config);
    }

    private static JsonNode Suite(RunArguments arguments, JsonObject config, CliLog log)
    {
        if (arguments.Suite is not { } given)
        {
            return config["suite"]?.DeepClone() ?? throw CliException.BadInput("Name a suite: a file, or NAME[@VERSION] of a stored one.");
        }

        if (!IsFile(given))
        {
            return given;
        }

        var document = DocumentFile.Read(given);
        CheckKind(given, document, isSuite: true);
        CheckFile(given, SuiteReader.Read(document).Problems, [], log);
        return document;
    }

    private static JsonNode Agent(RunArguments arguments, JsonObject config, CliLog log)
    {
        var agent = arguments.Agent is not { } given
            ? config["agent"]?.DeepClone() ?? throw CliException.BadInput("Name an agent: --agent FILE, --agent URL or --agent NAME of a stored one.")
            : Uri.TryCreate(given, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? AgentAt(url, arguments.AgentType)
            : given.Contains("://", StringComparison.Ordinal) ? throw CliException.BadInput($"{given} is no address of an agent: it begins with http:// or https:// and a host.")
            : arguments.AgentType is not null ? throw CliException.BadInput("--agent-type goes with an agent given as a URL; a file or a stored agent has its own.")
            : IsFile(given) ? DocumentFile.Read(given)
            : given;
        if (arguments.Model is not null)
        {
            var document = agent as JsonObject ?? throw CliException.BadInput("--model goes with an agent given as a file or a URL; a stored agent has its own.");
            document["model"] = arguments.Model;
        }

        if (agent is JsonObject inline)
        {
            CheckKind(arguments.Agent ?? arguments.ConfigFile!, inline, isSuite: false);
            CheckAgent(arguments, inline, log);
        }

        return agent;
    }

    private static void CheckAgent(RunArguments arguments, JsonObject agent, CliLog log)
    {
        var place = arguments.Agent is null ? "agent" : "";
        var problems = new ProblemList();
        problems.AddRange(AgentReader.Read(agent).Problems, place);
        CheckFile(arguments.Agent ?? arguments.ConfigFile!, problems, [.. Set("--model", "model", arguments.Model), .. Set("--agent-type", "type", arguments.AgentType)], log);

        IEnumerable<OptionSetting> Set(string option, string key, string? value) => value is null ? [] : [new OptionSetting(option, ProblemList.Join(place, key), value)];
    }

    /// <summary>An agent that is only an address is named after it.</summary>
    private static JsonObject AgentAt(Uri url, string? type)
    {
        var name = new StringBuilder();
        foreach (var c in url.Authority)
        {
            name.Append(char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '-');
        }

        return new JsonObject { ["agent"] = name.ToString(), ["type"] = type ?? "http", ["url"] = url.ToString() };
    }

    // A file in the wrong place is told as that, not as a list of unknown keys.
    private static void CheckKind(string file, JsonObject document, bool isSuite)
    {
        var other = (isSuite, Suite: document.ContainsKey("suite"), Agent: document.ContainsKey("agent")) switch
        {
            (_, true, true) => "a run request: give it with --config",
            (true, false, true) => "an agent: give it with --agent",
            (false, true, false) => "a suite: name it as SUITE, without --agent",
            _ => null,
        };
        if (other is not null)
        {
            throw CliException.BadInput($"{file} is {other}.");
        }
    }

    private static bool IsFile(string text) =>
        File.Exists(text) || Path.GetExtension(text).ToLowerInvariant() is ".yaml" or ".yml" or ".json" || text.Contains(Path.DirectorySeparatorChar);

    private static void CheckFile(string file, ProblemList problems, IReadOnlyList<OptionSetting> settings, CliLog log)
    {
        if (problems.HasErrors)
        {
            var (ofOptions, ofFile) = OptionSetting.Part(problems.Errors, settings, []);
            throw new CliException(ExitCodes.BadInput, $"{file} has {problems.Errors.Count} {(problems.Errors.Count == 1 ? "problem" : "problems")}.")
            {
                File = file,
                Problems = ofFile,
                OptionProblems = ofOptions,
            };
        }

        foreach (var line in Rendering.ErrorView.Lines(file, problems.Warnings))
        {
            log.Warning(line);
        }
    }

    private static RunSubmission Check(JsonObject request, string? configFile, IReadOnlyList<OptionSetting> settings, JsonObject config)
    {
        var read = RunRequestReader.Read(request);
        if (read.Value is not { } checkedRequest)
        {
            var (ofOptions, ofFile) = OptionSetting.Part(read.Problems.Errors, settings, config);
            throw new CliException(ExitCodes.BadInput, "The run request has problems.") { File = configFile, Problems = ofFile, OptionProblems = ofOptions };
        }

        return new RunSubmission
        {
            Suite = checkedRequest.Suite,
            Agent = checkedRequest.Agent,
            Settings = Without(request, NoSettings),
            Labels = checkedRequest.Labels,
            Submitter = checkedRequest.Submitter,
        };
    }

    private static JsonObject Without(JsonObject document, string[] keys)
    {
        var rest = document.DeepClone().AsObject();
        foreach (var key in keys)
        {
            rest.Remove(key);
        }

        return rest;
    }
}
