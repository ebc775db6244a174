using System.Collections.Concurrent;
using System.Diagnostics;
using AgentEval.Core.Agents;

namespace AgentEval.Functions.Agents;

/// <summary>
/// Spreads an agent's calls over its <c>urls</c>: the least loaded first, where load is the number of calls under way divided by the
/// measured speed. What it measures is of this process only, and only a preference: nothing depends on it.
/// </summary>
internal sealed class AgentEndpoints(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Pool> _pools = new(StringComparer.Ordinal);

    /// <summary>Takes an endpoint for one call.</summary>
    /// <param name="preferred">Taken when given: an agent with a memory goes on where it began.</param>
    public Lease Take(AgentSpec agent, Uri? preferred = null)
    {
        if (agent.Urls.Count == 0)
        {
            throw new AgentException(AgentErrorCodes.Unreachable, "The agent has no url.");
        }

        return agent.Urls.Count == 1 ? new Lease(agent.Urls[0], null, null, time) : PoolOf(agent).Take(preferred, time);
    }

    private Pool PoolOf(AgentSpec agent) => _pools.GetOrAdd(string.Join('\n', agent.Urls.Select(url => url.AbsoluteUri)), _ => new Pool(agent.Urls));

    /// <summary>
    /// One call under way. Disposing it without <see cref="Succeeded"/> counts as a failure; each one in a row halves what the endpoint is trusted with.
    /// </summary>
    internal sealed class Lease : IDisposable
    {
        private readonly Pool? _pool;
        private readonly Endpoint? _endpoint;
        private readonly TimeProvider _time;
        private readonly long _started;
        private bool _succeeded;

        public Lease(Uri url, Pool? pool, Endpoint? endpoint, TimeProvider time)
        {
            Url = url;
            _pool = pool;
            _endpoint = endpoint;
            _time = time;
            _started = time.GetTimestamp();
        }

        public Uri Url { get; }

        public void Succeeded() => _succeeded = true;

        public void Dispose()
        {
            if (_endpoint is not null)
            {
                _pool!.Return(_endpoint, _succeeded ? _time.GetElapsedTime(_started) : null);
            }
        }
    }

    internal sealed class Endpoint(Uri url)
    {
        public Uri Url { get; } = url;

        public int UnderWay { get; set; }

        /// <summary>Calls a second of one lane; null: never measured, taken for as fast as the fastest.</summary>
        public double? Speed { get; set; }

        /// <summary>In a row.</summary>
        public int Failures { get; set; }

        public double Load(double fastest) => (UnderWay + 1) * Math.Pow(2, Math.Min(Failures, 10)) / (Speed ?? fastest);
    }

    internal sealed class Pool(IReadOnlyList<Uri> urls)
    {
        /// <summary>The weight of the newest call in the moving average.</summary>
        private const double Newest = 0.2;

        private readonly Lock _gate = new();
        private readonly Endpoint[] _endpoints = [.. urls.Select(url => new Endpoint(url))];

        public Lease Take(Uri? preferred, TimeProvider time)
        {
            lock (_gate)
            {
                var fastest = _endpoints.Max(endpoint => endpoint.Speed) ?? 1;
                var endpoint = _endpoints.FirstOrDefault(candidate => candidate.Url == preferred)
                    ?? _endpoints.MinBy(candidate => candidate.Load(fastest))!;
                endpoint.UnderWay++;
                return new Lease(endpoint.Url, this, endpoint, time);
            }
        }

        /// <param name="elapsed">Null: the call failed.</param>
        public void Return(Endpoint endpoint, TimeSpan? elapsed)
        {
            lock (_gate)
            {
                Debug.Assert(endpoint.UnderWay > 0);
                endpoint.UnderWay--;
                if (elapsed is { } took)
                {
                    var speed = 1 / Math.Max(took.TotalSeconds, 0.001);
                    endpoint.Speed = endpoint.Speed is { } before ? (Newest * speed) + ((1 - Newest) * before) : speed;
                    endpoint.Failures = 0;
                }
                else
                {
                    endpoint.Failures++;
                }
            }
        }
    }
}
