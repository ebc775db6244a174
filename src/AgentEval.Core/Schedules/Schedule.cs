using System.Text.Json.Nodes;

namespace AgentEval.Core.Schedules;

/// <summary>A run that is started again and again.</summary>
public sealed record Schedule
{
    /// <summary>NCrontab: 5 fields, or 6 with seconds first.</summary>
    public required string Cron { get; init; }

    /// <summary>IANA name; default <c>UTC</c>.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>What becomes of times that passed while nothing was running.</summary>
    public CatchUp CatchUp { get; init; } = CatchUp.Skip;

    public bool Enabled { get; init; } = true;

    /// <summary>The run request as given; it has been checked.</summary>
    public required JsonObject Run { get; init; }
}

public enum CatchUp
{
    /// <summary>They are gone.</summary>
    Skip,

    /// <summary>However many were missed, one run makes up for them.</summary>
    Once,
}
