using AgentEval.Functions.Security;
using AgentEval.Functions.Tests.Fakes;
using Microsoft.Extensions.Options;

namespace AgentEval.Functions.Tests.Security;

public sealed class SecretResolverTests
{
    private readonly Dictionary<string, string> _environment = new() { ["AGENTEVAL_SECRET_BOT"] = "abc123", ["PATH"] = "/bin", ["MY_KEY"] = "xyz789", ["AGENTEVAL_SECRET_EMPTY"] = "" };
    private readonly FakeVault _vault = new();
    private readonly FakeTime _time = new();
    private readonly SecretRedactor _redactor = new();

    [Theory]
    [InlineData("env:AGENTEVAL_SECRET_BOT", "abc123")]
    [InlineData("env:MY_KEY", "xyz789")]
    [InlineData("keyvault:bot-key", "from the vault")]
    public async Task Resolve_AllowedReference_GivesTheValueAndTheRedactorKnowsIt(string reference, string value)
    {
        Assert.Equal(value, await Resolver().ResolveAsync(reference, CancellationToken.None));
        Assert.Equal("a [secret] b", _redactor.Redact($"a {value} b"));
    }

    [Theory]
    [InlineData("env:PATH")]
    [InlineData("env:agenteval_secret_bot")]
    [InlineData("env:")]
    [InlineData("keyvault:../x")]
    [InlineData("abc123")]
    [InlineData("file:/etc/passwd")]
    [InlineData("env:AGENTEVAL_SECRET_EMPTY")]
    [InlineData("env:AGENTEVAL_SECRET_NONE")]
    [InlineData("keyvault:none")]
    public async Task Resolve_RefusedOrMissing_Throws(string reference) =>
        await Assert.ThrowsAsync<SecretUnavailableException>(() => Resolver().ResolveAsync(reference, CancellationToken.None).AsTask());

    [Fact]
    public void FindRefusal_NoVaultConfigured_SaysWhatToSet() =>
        Assert.Contains("AgentEval:KeyVault", Resolver(vault: null).FindRefusal("keyvault:bot-key"), StringComparison.Ordinal);

    [Theory]
    [InlineData("env:AGENTEVAL_SECRET_BOT", false)]
    [InlineData("env:AGENTEVAL_SECRET_EMPTY", true)]
    [InlineData("env:AGENTEVAL_SECRET_NONE", true)]
    [InlineData("keyvault:none", false)]
    public void FindMissing_Reference_TellsWhatCanBeSeenWithoutACall(string reference, bool isMissing)
    {
        Assert.Equal(isMissing, Resolver().FindMissing(reference) is not null);
        Assert.Equal(0, _vault.Reads);
    }

    [Fact]
    public async Task Resolve_VaultSecret_IsAskedAgainAfterFiveMinutes()
    {
        var resolver = Resolver();
        await resolver.ResolveAsync("keyvault:bot-key", CancellationToken.None);
        await resolver.ResolveAsync("keyvault:bot-key", CancellationToken.None);
        Assert.Equal(1, _vault.Reads);

        _time.Advance(TimeSpan.FromMinutes(5));
        await resolver.ResolveAsync("keyvault:bot-key", CancellationToken.None);
        Assert.Equal(2, _vault.Reads);
    }

    private SecretResolver Resolver(string? vault = "my-vault") => new(
        Options.Create(new SecurityOptions { AllowedSecrets = ["MY_KEY"], KeyVault = vault }), _redactor, _vault, name => _environment.GetValueOrDefault(name), _time);

    private sealed class FakeVault : IKeyVault
    {
        public int Reads { get; private set; }

        public Task<string?> ReadAsync(string name, CancellationToken cancellationToken)
        {
            Reads++;
            return Task.FromResult(name == "bot-key" ? "from the vault" : null);
        }
    }
}
