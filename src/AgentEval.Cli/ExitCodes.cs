using System.Net;
using AgentEval.Cli.Runs;
using AgentEval.Client;
using AgentEval.Core.Runs;

namespace AgentEval.Cli;

/// <summary>What a command says to the shell.</summary>
internal static class ExitCodes
{
    /// <summary>Passed, or done.</summary>
    public const int Success = 0;

    /// <summary>The gate failed, or a regression was found.</summary>
    public const int GateFailed = 1;

    /// <summary>Bad input, or a refused submission.</summary>
    public const int BadInput = 2;

    /// <summary>Service, storage or agent out of reach, quota exhausted, or the run itself broke.</summary>
    public const int Trouble = 3;

    /// <summary>Too many trials ended without a score to tell.</summary>
    public const int Inconclusive = 4;

    public const int Cancelled = 130;

    public static int Of(FinishedRun ended) => ended.Run.Status switch
    {
        RunStatus.Cancelled => Cancelled,
        RunStatus.Failed => Trouble,
        RunStatus.Completed when ended.IsAgentOutOfReach => Trouble,
        RunStatus.Completed => Of(ended.Run.Result?.Verdict),
        _ => Success,
    };

    public static int Of(Verdict? verdict) => verdict switch
    {
        Verdict.Passed => Success,
        Verdict.Failed => GateFailed,
        Verdict.Inconclusive => Inconclusive,
        _ => Trouble,
    };

    public static int Of(Exception exception) => exception switch
    {
        CliException e => e.ExitCode,
        AgentEvalApiException e => Of(e.Status),
        OperationCanceledException => Cancelled,
        _ => Trouble,
    };

    /// <summary>Every refusal that the same command would meet again is bad input; what may pass later, or needs someone else, is trouble.</summary>
    public static int Of(HttpStatusCode status) => status switch
    {
        HttpStatusCode.BadRequest or HttpStatusCode.NotFound or HttpStatusCode.Conflict or HttpStatusCode.LengthRequired
            or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnsupportedMediaType or HttpStatusCode.UnprocessableEntity => BadInput,
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => BadInput,
        _ => Trouble,
    };
}
