namespace AgentEval.Client;

public enum ReportFormat
{
    Json,
    Markdown,
    Junit,
    Html,
    Sarif,
    Inspect,
}
