using Azure.Data.Tables;

namespace AgentEval.LocalRuntime.Tables;

/// <summary>Where the tables of an account are and what opens them; read from a connection string.</summary>
internal sealed record TableConnection(Uri Endpoint, string? AccountName, TableSharedKeyCredential? Credential)
{
    private const string DevelopmentAccount = "devstoreaccount1";
    private const string DevelopmentKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
    private const int DevelopmentPort = 10002;

    /// <exception cref="InvalidOperationException">A segment is not <c>name=value</c>.</exception>
    /// <exception cref="ArgumentException">The segments do not name an account and its key, or an endpoint with a shared access signature.</exception>
    public static TableConnection Parse(string connectionString)
    {
        ArgumentException.ThrowIfNullOrEmpty(connectionString);
        Dictionary<string, string> settings = Settings(connectionString);
        if (settings.GetValueOrDefault("UseDevelopmentStorage") == "true")
            return Development(settings.GetValueOrDefault("DevelopmentStorageProxyUri"));

        string? account = settings.GetValueOrDefault("AccountName");
        string? key = settings.GetValueOrDefault("AccountKey");
        string? endpoint = settings.GetValueOrDefault("TableEndpoint");
        string? signature = settings.GetValueOrDefault("SharedAccessSignature");
        if (account is not null && key is not null && (endpoint ?? Default(settings, account)) is { } primary)
            return new TableConnection(new Uri(primary), account, new TableSharedKeyCredential(account, key));
        if (endpoint is not null && signature is not null)
            return new TableConnection(new UriBuilder(endpoint) { Query = signature }.Uri, account, null);
        throw new ArgumentException(
            "The connection string names no table account: it needs AccountName and AccountKey with EndpointSuffix or TableEndpoint, "
            + "or TableEndpoint with SharedAccessSignature, or UseDevelopmentStorage=true.",
            nameof(connectionString));
    }

    /// <summary>The account an endpoint names: the first label of its host, or the first segment of its path where the host is an address.</summary>
    public static string? AccountOf(Uri endpoint)
    {
        if (endpoint.HostNameType == UriHostNameType.Dns && endpoint.Host.IndexOf('.', StringComparison.Ordinal) is > 0 and int dot)
            return endpoint.Host[..dot];
        return endpoint.Segments.Length > 1 ? endpoint.Segments[1].TrimEnd('/') : null;
    }

    private static string? Default(Dictionary<string, string> settings, string account) =>
        settings.TryGetValue("EndpointSuffix", out string? suffix)
            ? $"{settings.GetValueOrDefault("DefaultEndpointsProtocol", "https")}://{account}.table.{suffix}"
            : null;

    private static TableConnection Development(string? proxy)
    {
        UriBuilder endpoint = new(proxy ?? "http://127.0.0.1") { Port = DevelopmentPort, Path = DevelopmentAccount };
        return new TableConnection(endpoint.Uri, DevelopmentAccount, new TableSharedKeyCredential(DevelopmentAccount, DevelopmentKey));
    }

    private static Dictionary<string, string> Settings(string connectionString)
    {
        Dictionary<string, string> settings = new(StringComparer.OrdinalIgnoreCase);
        foreach (string segment in connectionString.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int equals = segment.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || !settings.TryAdd(segment[..equals].Trim(), segment[(equals + 1)..].Trim()))
                throw new InvalidOperationException("The connection string is not a list of name=value, each name once.");
        }

        return settings;
    }
}
