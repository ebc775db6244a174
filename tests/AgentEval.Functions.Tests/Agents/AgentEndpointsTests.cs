using AgentEval.Functions.Agents;
using AgentEval.Functions.Tests.Fakes;
using AgentEval.Functions.Tests.Trials;

namespace AgentEval.Functions.Tests.Agents;

public sealed class AgentEndpointsTests
{
    private static readonly Uri A = new("http://a.example/");
    private static readonly Uri B = new("http://b.example/");
    private readonly FakeTime _time = new();

    [Fact]
    public void Take_NothingMeasured_SpreadsEvenly()
    {
        var endpoints = new AgentEndpoints(_time);

        var taken = Enumerable.Range(0, 6).Select(_ => endpoints.Take(TrialBench.HttpAgent(A, B)).Url).ToList();

        Assert.Equal(3, taken.Count(url => url == A));
    }

    [Fact]
    public void Take_OneIsThreeTimesFaster_GetsThreeTimesTheLoad()
    {
        var endpoints = new AgentEndpoints(_time);
        Call(endpoints, A, TimeSpan.FromSeconds(1));
        Call(endpoints, B, TimeSpan.FromSeconds(3));

        var taken = Enumerable.Range(0, 40).Select(_ => endpoints.Take(TrialBench.HttpAgent(A, B)).Url).ToList();

        Assert.Equal(30, taken.Count(url => url == A));
    }

    [Fact]
    public void Take_OneFailed_OtherComesFirst()
    {
        var endpoints = new AgentEndpoints(_time);
        endpoints.Take(TrialBench.HttpAgent(A, B)).Dispose();

        Assert.Equal(B, endpoints.Take(TrialBench.HttpAgent(A, B)).Url);
    }

    [Fact]
    public void Take_Preferred_IsTakenWhateverTheLoad()
    {
        var endpoints = new AgentEndpoints(_time);

        Assert.All(Enumerable.Range(0, 5), _ => Assert.Equal(B, endpoints.Take(TrialBench.HttpAgent(A, B), B).Url));
    }

    private void Call(AgentEndpoints endpoints, Uri url, TimeSpan took)
    {
        using var lease = endpoints.Take(TrialBench.HttpAgent(A, B), url);
        _time.Advance(took);
        lease.Succeeded();
    }
}
