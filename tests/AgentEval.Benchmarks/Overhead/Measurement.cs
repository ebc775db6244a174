using System.Globalization;

namespace AgentEval.Benchmarks.Overhead;

/// <param name="Runner">What was measured.</param>
/// <param name="Trials">All of them passed.</param>
/// <param name="Elapsed">From the submission to the verdict.</param>
/// <param name="PeakMegabytes">The most the runner's process had resident, in MB.</param>
/// <param name="Processors">Processor time of each process that had a part in it.</param>
internal sealed record Measurement(string Runner, int Trials, TimeSpan Elapsed, double PeakMegabytes, IReadOnlyDictionary<string, TimeSpan> Processors)
{
    public double TrialsPerSecond => Trials / Elapsed.TotalSeconds;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Runner,-10} {Trials,6} trials  {Elapsed.TotalSeconds,7:0.00} s  {TrialsPerSecond,7:0} trials/s  {PeakMegabytes,5:0} MB resident at most  {string.Join(", ", Processors.Select(Share))}");

    /// <summary>Milliseconds a trial: unlike the elapsed time, hardly changed by what else the machine does.</summary>
    private string Share(KeyValuePair<string, TimeSpan> process) =>
        string.Create(CultureInfo.InvariantCulture, $"{process.Key} {process.Value.TotalMilliseconds / Trials:0.0} ms CPU/trial");
}
