using System.Globalization;
using System.Text.RegularExpressions;
using AgentEval.LocalRuntime.Durable.Hub;
using Microsoft.Extensions.Configuration;

namespace AgentEval.LocalRuntime.Durable;

/// <summary><c>extensions:durableTask</c> of host.json, and what only the local runtime knows.</summary>
internal sealed partial record TaskHubOptions
{
    /// <summary>3 to 45 letters and digits, a letter first.</summary>
    public string HubName { get; init; } = "TestHubName";

    public int MaxConcurrentActivityFunctions { get; init; } = 10 * Environment.ProcessorCount;

    public int MaxConcurrentOrchestratorFunctions { get; init; } = 10 * Environment.ProcessorCount;

    /// <summary>Recorded at the start of instances that name no version; empty: none.</summary>
    public string DefaultVersion { get; init; } = string.Empty;

    /// <summary>Replays an orchestrator from its start at every turn, and fails it for calls that its history does not have.</summary>
    public bool ReplayEveryTurn { get; init; }

    /// <summary>How long the owner of the hub may be silent before another process takes over.</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often the owner looks for what other processes sent.</summary>
    public TimeSpan InboxInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long activities may go on when the hub stops.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Who this process is, and whether another one is dead.</summary>
    public ProcessIdentity Identity { get; init; } = ProcessIdentity.OfThisProcess();

    public Func<ProcessIdentity, bool> IsDead { get; init; } = ProcessIdentity.IsDeadOnThisMachine;

    /// <exception cref="InvalidDataException">A value is out of its range; the message names it.</exception>
    public static TaskHubOptions Read(IConfiguration durableTask, bool replayEveryTurn)
    {
        var defaults = new TaskHubOptions();
        var hubName = durableTask["hubName"] ?? defaults.HubName;
        if (!HubNameForm().IsMatch(hubName))
            throw new InvalidDataException($"host.json: durableTask.hubName is \"{hubName}\"; it is 3 to 45 letters and digits, a letter first.");
        return defaults with
        {
            HubName = hubName,
            MaxConcurrentActivityFunctions = ReadCount(durableTask, "maxConcurrentActivityFunctions", defaults.MaxConcurrentActivityFunctions),
            MaxConcurrentOrchestratorFunctions =
                ReadCount(durableTask, "maxConcurrentOrchestratorFunctions", defaults.MaxConcurrentOrchestratorFunctions),
            DefaultVersion = durableTask["defaultVersion"] ?? defaults.DefaultVersion,
            ReplayEveryTurn = replayEveryTurn,
        };
    }

    private static int ReadCount(IConfiguration durableTask, string name, int whenAbsent) =>
        durableTask[name] is not { } text ? whenAbsent
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 ? count
        : throw new InvalidDataException($"host.json: durableTask.{name} is \"{text}\"; it is a whole number of 1 or more.");

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9]{2,44}$", RegexOptions.NonBacktracking)]
    private static partial Regex HubNameForm();
}
