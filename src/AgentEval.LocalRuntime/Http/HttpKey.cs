using System.Security.Cryptography;
using System.Text;
using AgentEval.LocalRuntime.Hosting;
using Microsoft.AspNetCore.Http;

namespace AgentEval.LocalRuntime.Http;

/// <summary>The one key of the local host: it opens every function above <c>Anonymous</c>.</summary>
internal sealed class HttpKey(LocalRuntimeOptions options)
{
    private readonly byte[]? _expected = options.ApiKey is { } key ? Hash(key) : null;

    /// <summary>By the header <c>x-functions-key</c>, or else by <c>?code=</c>; true when no key is configured.</summary>
    public bool IsShownBy(HttpRequest request)
    {
        if (_expected is null)
        {
            return true;
        }

        var shown = request.Headers.TryGetValue("x-functions-key", out var header) ? header.ToString() : request.Query["code"].ToString();
        return CryptographicOperations.FixedTimeEquals(Hash(shown), _expected);
    }

    // Hashed, so that a comparison tells nothing about the key's length either.
    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
