using AgentEval.Core.Json;
using AgentEval.Core.Traces;

namespace AgentEval.Core.Reports.Html;

/// <summary>The trace as a conversation: what the user said, what the agent did, and what was smuggled in between.</summary>
internal static class TraceView
{
    private const int MaxEvents = 400;

    public static void Write(HtmlWriter html, IReadOnlyList<TraceEvent> events)
    {
        var last = events.Max(item => item.Attempt);
        var counted = events.Where(item => item.Attempt == last).ToList();
        var injected = counted.Where(item => item.Type == TraceEventType.Injection).Select(item => item.Text).OfType<string>()
            .Where(text => text.Length > 0).Distinct().ToList();
        using var details = html.Open("details", ("class", "trace"));
        html.Element("summary", $"Trace: {Parts.Plural(counted.Count, "event")}{(last > 1 ? $", execution {last}" : "")}");
        using var chat = html.Open("ol", ("class", "chat"));
        int? turn = null;
        foreach (var item in counted.Take(MaxEvents))
        {
            if (item.Turn is { } current && current != turn)
            {
                turn = current;
                html.Element("li", $"Turn {current + 1}", ("class", "turn"));
            }

            WriteEvent(html, item, injected);
        }

        if (counted.Count > MaxEvents)
        {
            html.Element("li", $"{Parts.Plural(counted.Count - MaxEvents, "further event")} in the trace itself.", ("class", "turn"));
        }
    }

    private static void WriteEvent(HtmlWriter html, TraceEvent item, IReadOnlyList<string> injected)
    {
        switch (item.Type)
        {
            case TraceEventType.AgentRequest when item.Text is null:
                break;
            case TraceEventType.AgentRequest:
                Bubble(html, "user", "User", item, injected);
                break;
            case TraceEventType.AgentResponse when string.IsNullOrEmpty(item.Text) && item.Code == "toolCalls":
                Line(html, "quiet", "Agent asks for tools", Timing(item), null);
                break;
            case TraceEventType.AgentResponse:
                Bubble(html, "agent", "Agent", item, injected);
                break;
            case TraceEventType.ToolCall:
                Tool(html, item.Reported == true ? "reports calling" : "calls", item, Parts.Json(item.Arguments), injected);
                break;
            case TraceEventType.ToolResult:
                Tool(html, "answers", item, item.Result is null ? item.Text ?? "" : Parts.Json(item.Result), injected);
                break;
            default:
                Note(html, item);
                break;
        }
    }

    private static void Note(HtmlWriter html, TraceEvent item)
    {
        switch (item.Type)
        {
            case TraceEventType.Injection:
                Line(html, "injection", "Injected at " + item.Point, item.Tool, item.Text);
                break;
            case TraceEventType.Deviation:
                Line(html, "deviation", "Deviation", item.Code, item.Text);
                break;
            case TraceEventType.Violation:
                Line(html, "violation", "Violation", $"{item.Name} {item.Code}", item.Text);
                break;
            case TraceEventType.Error:
                Line(html, "violation", "Error", item.Code, item.Text);
                break;
            case TraceEventType.Retry:
                Line(html, "deviation", $"Retry after {Figures.Duration(item.Seconds)}", item.Code, item.Text);
                break;
            case TraceEventType.Evaluation:
                Line(html, "quiet", $"Criterion {item.Name}: {Figures.Score(item.Score)}", null, item.Data?["reason"]?.ToString());
                break;
            case TraceEventType.TrialFinished:
                Line(html, "quiet", "Ended: " + item.Name, Figures.Duration(item.Seconds), item.Text);
                break;
            case TraceEventType.TrialStarted:
                break;
            default:
                Line(html, "quiet", item.Type.Word(), item.Name, item.Text ?? (item.Data is null ? null : Parts.Json(item.Data)));
                break;
        }
    }

    private static void Bubble(HtmlWriter html, string role, string name, TraceEvent item, IReadOnlyList<string> injected)
    {
        using var line = html.Open("li", ("class", "bubble " + role));
        html.Element("span", name, ("class", "who"));
        using (html.Open("div", ("class", "says"), ("dir", "auto")))
        {
            Parts.Said(html, item.Text ?? "", injected);
        }

        if (Timing(item) is { Length: > 0 } timing)
        {
            html.Element("span", timing, ("class", "meta"));
        }
    }

    private static void Tool(HtmlWriter html, string verb, TraceEvent item, string content, IReadOnlyList<string> injected)
    {
        using var line = html.Open("li", ("class", item.Type == TraceEventType.ToolCall ? "tool call" : "tool result"));
        using (html.Open("p", ("class", "who")))
        {
            if (item.Type == TraceEventType.ToolCall)
            {
                html.Text($"Agent {verb} ").Element("code", item.Tool);
            }
            else
            {
                html.Element("code", item.Tool).Text(" " + verb);
            }

            html.Element("span", Timing(item), ("class", "meta"));
        }

        using var pre = html.Open("pre", ("dir", "auto"));
        Parts.Said(html, content, injected);
    }

    private static void Line(HtmlWriter html, string tone, string title, string? code, string? text)
    {
        using var line = html.Open("li", ("class", "event " + tone));
        html.Element("strong", title);
        if (!string.IsNullOrWhiteSpace(code))
        {
            html.Text(" ").Element("code", code);
        }

        if (!string.IsNullOrEmpty(text))
        {
            html.Element("span", VisibleText.Cut(text, 2000), ("class", "said"), ("dir", "auto"));
        }
    }

    private static string Timing(TraceEvent item)
    {
        var tokens = item.InputTokens is null && item.OutputTokens is null
            ? null
            : $"{Figures.Count(item.InputTokens ?? 0)} → {Figures.Count(item.OutputTokens ?? 0)} tokens{(item.Estimated == true ? ", estimated" : "")}";
        string?[] parts = [item.Seconds is null ? null : Figures.Duration(item.Seconds), tokens, item.Truncated == true ? "cut at the limit" : null];
        return string.Join(" · ", parts.OfType<string>());
    }
}
