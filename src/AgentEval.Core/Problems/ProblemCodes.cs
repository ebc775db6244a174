namespace AgentEval.Core.Problems;

/// <summary>The stable codes of problems.</summary>
public static class ProblemCodes
{
    public const string Required = "required";
    public const string UnknownKey = "unknownKey";
    public const string WrongType = "wrongType";
    public const string OutOfRange = "outOfRange";
    public const string InvalidValue = "invalidValue";
    public const string InvalidFormat = "invalidFormat";
    public const string Duplicate = "duplicate";
    public const string Exclusive = "exclusive";
    public const string Cycle = "cycle";
    public const string UnknownReference = "unknownReference";
    public const string NotSyntax = "invalidSyntax";
    public const string LiteralSecret = "literalSecret";
    public const string SecretNotAllowed = "secretNotAllowed";
    public const string EndpointRefused = "endpointRefused";
    public const string NotFound = "notFound";
    public const string Unsupported = "unsupported";
    public const string NothingToJudge = "nothingToJudge";
    public const string TooLarge = "tooLarge";

    /// <summary>The specification names it, this version does not do it yet.</summary>
    public const string NotAvailable = "notAvailable";
}
