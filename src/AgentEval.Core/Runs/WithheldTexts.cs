using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AgentEval.Core.Replay;
using AgentEval.Core.Scenarios;
using AgentEval.Core.Suites;
using AgentEval.Core.Traces;

namespace AgentEval.Core.Runs;

/// <summary>
/// What is stored of a trial with <c>execution.captureOutput: false</c>: everything but the agent's texts. In place of a text stands a mark with a
/// hash of it, made with the trial's seed: equal texts of a trial and of its replay have equal marks, and nothing can be compared between trials.
/// </summary>
public sealed partial class WithheldTexts
{
    /// <summary>In place of a reason, a message or evidence, which may quote the agent.</summary>
    public const string Notice = "[withheld: execution.captureOutput is false]";

    /// <summary>Fewer than what <see cref="VolatileText"/> takes for an id.</summary>
    private const int HashDigits = 12;

    /// <summary>Errors that AgentEval words alone.</summary>
    private static readonly HashSet<string> OwnErrors = new(StringComparer.Ordinal)
    {
        "timeout", "budgetExceeded", "cancelled", "inputTooLarge", "toolLoop", "notAvailable", "secretUnavailable", "endpointRefused",
    };

    private readonly byte[] _key;
    private readonly VolatileText _volatile;
    private readonly HashSet<string> _tools;

    /// <param name="planned">The trial.</param>
    /// <param name="suite">Its tools' names are no texts of the agent.</param>
    public WithheldTexts(PlannedTrial planned, Suite suite)
    {
        ArgumentNullException.ThrowIfNull(planned);
        ArgumentNullException.ThrowIfNull(suite);
        _key = Encoding.UTF8.GetBytes($"{planned.TrialId} {planned.Seed}");
        _volatile = new VolatileText(planned.TrialId);
        _tools = suite.Tools.Select(tool => tool.Name).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The event as it may be stored.</summary>
    public TraceEvent Of(TraceEvent item)
    {
        ArgumentNullException.ThrowIfNull(item);
        var named = item with { Tool = ToolName(item.Tool), CallId = Mark(item.CallId) };
        return item.Type switch
        {
            TraceEventType.AgentResponse or TraceEventType.ResourceRead =>
                named with { Withheld = true, Text = Mark(item.Text), Result = MarkOf(item.Result), Data = null },
            TraceEventType.ToolCall => named with { Withheld = true, Arguments = MarkOfArguments(item.Arguments) },
            TraceEventType.ToolResult => named with { Withheld = true, Result = MarkOf(item.Result) },
            TraceEventType.Deviation => named with { Withheld = true, Text = NoticeFor(item.Text) },
            TraceEventType.Evaluation => named with { Withheld = true, Data = WithoutQuotes(item.Data, "reason", "evidence") },
            TraceEventType.Violation => named with { Withheld = true, Text = NoticeFor(item.Text), Data = WithoutQuotes(item.Data, "message", "evidence") },
            TraceEventType.Retry or TraceEventType.Error when !IsOwn(item.Code) => named with { Withheld = true, Text = NoticeFor(item.Text) },
            TraceEventType.Usage => named with { Text = IsOwn(item.Code) ? item.Text : NoticeFor(item.Text), Data = PlainlyNamed(item.Data) },
            _ => named,
        };
    }

    /// <summary>The judgement as it may be stored.</summary>
    public static JudgedTrial Of(JudgedTrial judged)
    {
        ArgumentNullException.ThrowIfNull(judged);
        var trial = judged.Trial;
        return judged with
        {
            Trial = trial with
            {
                Output = null,
                RawResponse = null,
                Criteria = [.. trial.Criteria.Select(result => result with { Reason = Notice, Evidence = null })],
                Deviations = [.. trial.Deviations.Select(deviation => deviation with { Message = Notice })],
                Error = trial.Error is { } error && !IsOwn(error.Code) ? error with { Message = Notice } : trial.Error,
                AgentMetrics = trial.AgentMetrics.Where(metric => IsPlainName(metric.Key)).ToDictionary(),
            },
            Violations = [.. judged.Violations.Select(violation => violation with { Message = Notice, Evidence = Notice })],
        };
    }

    private static bool IsOwn(string? code) => code is not null && OwnErrors.Contains(code);

    private static string? NoticeFor(string? text) => text is null ? null : Notice;

    /// <summary>An agent may ask for a tool of any name; what is no plain name is taken for a text.</summary>
    private string? ToolName(string? name) => name is null || _tools.Contains(name) || IsPlainName(name) ? name : Mark(name);

    private string? Mark(string? text) => string.IsNullOrEmpty(text) ? text : $"[withheld {Hash(ReplayEvent.Compared(text, _volatile))}]";

    private JsonValue? MarkOf(JsonNode? json) => json is null ? null : JsonValue.Create($"[withheld {Hash(ReplayEvent.Compared(json, _volatile))}]");

    /// <summary>Replays are compared by the names of arguments too, and these are the agent's as well.</summary>
    private JsonObject? MarkOfArguments(JsonNode? arguments) => arguments is null ? null : new JsonObject
    {
        [ReplayEvent.WithheldValues] = Hash(ReplayEvent.Compared(arguments, _volatile)),
        [ReplayEvent.WithheldNames] = Hash(ReplayEvent.ArgumentNames(arguments)),
    };

    private string Hash(string text) => Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(text)))[..HashDigits];

    private static JsonObject? WithoutQuotes(JsonNode? record, params ReadOnlySpan<string> quoting)
    {
        if (record?.DeepClone() is not JsonObject kept)
        {
            return null;
        }

        foreach (var key in quoting)
        {
            kept[key] = kept[key] is null ? null : Notice;
        }

        return kept;
    }

    private static JsonObject? PlainlyNamed(JsonNode? metrics) => metrics is not JsonObject members ? null : new JsonObject(
        members.Where(member => IsPlainName(member.Key)).Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())));

    private static bool IsPlainName(string name) => PlainName().IsMatch(name);

    [GeneratedRegex(@"\A[A-Za-z0-9_.:/\-]{1,64}\z", RegexOptions.NonBacktracking)]
    private static partial Regex PlainName();
}
