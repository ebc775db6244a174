namespace AgentEval.Functions.Contracts;

/// <summary>Which runs a purge removes: those that any of the rules names. Runs that have not finished are left alone.</summary>
/// <param name="OlderThan">Runs created then or before; null: no such rule.</param>
/// <param name="KeepLast">All but the newest so many; null: no such rule.</param>
/// <param name="KeepPerSuiteAndAgent">Of each suite and agent together, all but the newest so many; null: no such rule.</param>
public sealed record PurgeRule(DateTimeOffset? OlderThan = null, int? KeepLast = null, int? KeepPerSuiteAndAgent = null);

/// <param name="PurgeId">The purge.</param>
/// <param name="Rule">What it removes.</param>
/// <param name="Pages">How many pages of runs were chosen; null: they are not chosen yet.</param>
/// <param name="Page">The page to go on with, from 0.</param>
/// <param name="Tries">How often the next step has been tried in vain, each time as often as activities are.</param>
public sealed record PurgeInput(string PurgeId, PurgeRule Rule, int? Pages = null, int Page = 0, int Tries = 0);
