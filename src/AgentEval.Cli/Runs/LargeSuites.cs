using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentEval.Client;
using AgentEval.Core.Json;

namespace AgentEval.Cli.Runs;

/// <summary>A run request takes 1 MB, a stored suite 10 MB: a suite that is too large to travel with the run is stored first, and the run names it.</summary>
internal static class LargeSuites
{
    private const int MostWithTheRun = 1_000_000;
    private const string DefaultVersion = "1.0.0";

    /// <exception cref="CliException">The service holds other content under the suite's name and version.</exception>
    public static async Task<RunSubmission> StoreAsync(AgentEvalClient client, RunSubmission submission, CliLog log, CancellationToken cancellationToken)
    {
        if (submission.Suite is not JsonObject suite || JsonSerializer.SerializeToUtf8Bytes(submission.ToJson(), AgentEvalJson.Options).Length <= MostWithTheRun)
        {
            return submission;
        }

        var (name, version) = ((string)suite["suite"]!, (string?)suite["version"] ?? DefaultVersion);
        try
        {
            await client.PutSuiteAsync(name, suite, cancellationToken: cancellationToken);
        }
        catch (AgentEvalApiException refused) when (refused.Status == HttpStatusCode.Conflict)
        {
            throw CliException.BadInput(string.Create(
                CultureInfo.InvariantCulture,
                $"The suite is too large to travel with the run ({MostWithTheRun:N0} bytes), so it is stored, but {name} {version} is stored with other content already. Raise its version."));
        }

        log.Notice($"The suite is large: it was stored as {name}@{version}.");
        return submission with { Suite = $"{name}@{version}" };
    }
}
