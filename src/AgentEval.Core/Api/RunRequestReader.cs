using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AgentEval.Core.Agents;
using AgentEval.Core.Json;
using AgentEval.Core.Problems;
using AgentEval.Core.Scenarios;
using AgentEval.Core.Settings;
using AgentEval.Core.Suites;

namespace AgentEval.Core.Api;

/// <summary>Checks the shape of run requests; names are not looked up.</summary>
public static partial class RunRequestReader
{
    public const int MaxLabels = 20;
    private const int MaxLabelName = 60;
    private const int MaxLabelValue = 250;

    public static ReadResult<RunRequest> Read(JsonNode? node)
    {
        var document = DocumentReader.Recheck(node);
        if (document.Value is null)
        {
            return new(null, document.Problems);
        }

        var problems = new ProblemList();
        if (document.Value is not JsonObject source)
        {
            problems.Error("", ProblemCodes.WrongType, $"A run request is an object with the keys suite and agent, but this is {Found.Describe(document.Value)}.");
            return new(null, problems);
        }

        return ReadResult<RunRequest>.Of(Request(new ObjectCursor(source, "", problems, RunRequestKeys.Request), source), problems);
    }

    private static RunRequest Request(ObjectCursor request, JsonObject source)
    {
        var blocks = source.Where(member => SettingsKeys.Blocks.Contains(member.Key));
        var settings = new JsonObject(blocks.Select(block => KeyValuePair.Create(block.Key, block.Value?.DeepClone())));
        SettingsLayers.Check(settings, "", request.Problems);
        return new RunRequest
        {
            Suite = Subject(request, "suite", IsSuiteReference, "name or name@version", inline => SuiteReader.ReadChecked(inline).Problems),
            Agent = Subject(request, "agent", Identifiers.IsName, "name", inline => AgentReader.ReadChecked(inline).Problems),
            Settings = settings,
            Submitter = request.Open("submitter", RunRequestKeys.Submitter) is { } submitter ? Submitter(submitter) : null,
            Labels = Labels(request),
            Source = source,
        };
    }

    /// <summary>The suite or the agent: a reference, or the thing itself.</summary>
    private static JsonNode Subject(ObjectCursor request, string key, Func<string, bool> isReference, string form, Func<JsonObject, ProblemList> check)
    {
        var node = request.Required(key);
        if (node is JsonObject inline)
        {
            request.Problems.AddRange(check(inline), key);
        }
        else if (node is not null && !(node is JsonValue value && value.TryGetValue<string>(out var reference) && isReference(reference)))
        {
            request.Error(key, ProblemCodes.InvalidFormat, $"'{key}' must be a {form} or an inline {key}, but is {Found.Describe(node)}.");
        }

        return node ?? new JsonObject();
    }

    private static bool IsSuiteReference(string text)
    {
        var parts = text.Split('@', 2);
        return Identifiers.IsName(parts[0]) && (parts.Length == 1 || Identifiers.IsVersion(parts[1]));
    }

    private static Submitter Submitter(ObjectCursor submitter)
    {
        var email = submitter.Text("email", maximum: 254);
        if (email is not null && !Email().IsMatch(email))
        {
            submitter.Error("email", ProblemCodes.InvalidFormat, $"'email' must be an address such as ada@example.org, but is \"{Found.Cut(email)}\".");
        }

        return new(submitter.Text("name", maximum: 200), email, submitter.Text("organization", maximum: 200), submitter.Flag("termsAccepted") ?? false);
    }

    private static IReadOnlyDictionary<string, string> Labels(ObjectCursor request)
    {
        var labels = request.Map("labels", (cursor, name) =>
        {
            if (name.Length is 0 or > MaxLabelName)
            {
                cursor.Error(name, ProblemCodes.TooLarge, $"A label's name has from 1 to {MaxLabelName} characters.");
            }

            return cursor.Text(name, mayBeEmpty: true, maximum: MaxLabelValue);
        }) ?? new Dictionary<string, string>();
        if (labels.Count > MaxLabels)
        {
            request.Error("labels", ProblemCodes.TooLarge, $"There are {labels.Count} labels; at most {MaxLabels} are allowed.");
        }

        return labels;
    }

    [GeneratedRegex(@"^[^@\s]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Email();
}
