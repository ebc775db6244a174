using System.Runtime.ExceptionServices;

namespace AgentEval.Functions.Runs;

/// <summary>Runs steps that do not need each other: one that breaks keeps none of the others from running, and is not forgotten.</summary>
internal static class Independently
{
    /// <exception cref="Exception">What broke, when the others have run; an <see cref="AggregateException"/> when it was more than one.</exception>
    public static async Task RunAsync(IEnumerable<Func<Task>> steps, CancellationToken cancellationToken)
    {
        var broken = new List<Exception>();
        foreach (var step in steps)
        {
            try
            {
                await step();
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                broken.Add(failure);
            }
        }

        if (broken.Count == 1)
        {
            ExceptionDispatchInfo.Throw(broken[0]);
        }

        if (broken.Count > 1)
        {
            throw new AggregateException(broken);
        }
    }
}
