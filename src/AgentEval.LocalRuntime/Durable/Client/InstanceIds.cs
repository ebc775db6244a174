using System.Security.Cryptography;

namespace AgentEval.LocalRuntime.Durable.Client;

/// <summary>Ids of instances: they are keys of table rows.</summary>
internal static class InstanceIds
{
    private const int MaxLength = 256;

    public static string New() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <param name="instanceId">Null or empty: none was given.</param>
    /// <exception cref="ArgumentException">It cannot be an instance id.</exception>
    public static string? Check(string? instanceId)
    {
        if (string.IsNullOrEmpty(instanceId))
            return null;
        if (instanceId.Length > MaxLength || instanceId[0] == '@' || instanceId.Any(c => c is '/' or '\\' or '#' or '?' || char.IsControl(c)))
        {
            throw new ArgumentException(
                $"The instance ID '{instanceId}' must have at most {MaxLength} characters, must not begin with '@' and must not contain "
                + "'/', '\\', '#', '?' or control characters.",
                nameof(instanceId));
        }

        return instanceId;
    }
}
