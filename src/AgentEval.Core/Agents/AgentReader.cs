using System.Text.Json.Nodes;
using AgentEval.Core.Json;
using AgentEval.Core.Problems;
using AgentEval.Core.Scenarios;

namespace AgentEval.Core.Agents;

/// <summary>Reads agent files: everything wrong is found in one pass.</summary>
public static class AgentReader
{
    private static readonly Dictionary<string, AgentType> Types = new(StringComparer.Ordinal)
    {
        ["http"] = AgentType.Http,
        ["openai-chat"] = AgentType.OpenAiChat,
        ["openai-completions"] = AgentType.OpenAiCompletions,
        ["mcp"] = AgentType.Mcp,
        ["grpc"] = AgentType.Grpc,
        ["process"] = AgentType.Process,
        ["inproc"] = AgentType.Inproc,
    };

    /// <summary>The names of agent types as files say them.</summary>
    public static IReadOnlyCollection<string> TypeNames => Types.Keys;

    /// <summary>The name of a type as files say it, such as <c>openai-chat</c>.</summary>
    public static string NameOf(AgentType type) => Types.Single(pair => pair.Value == type).Key;

    /// <param name="text">JSON or YAML.</param>
    public static ReadResult<AgentSpec> Read(string text)
    {
        var document = DocumentReader.Read(text);
        return document.Value is null ? new(null, document.Problems) : ReadChecked(document.Value);
    }

    public static ReadResult<AgentSpec> Read(JsonNode? node)
    {
        var document = DocumentReader.Recheck(node);
        return document.Value is null ? new(null, document.Problems) : ReadChecked(document.Value);
    }

    internal static ReadResult<AgentSpec> ReadChecked(JsonNode document)
    {
        var problems = new ProblemList();
        if (document is not JsonObject source)
        {
            problems.Error("", ProblemCodes.WrongType, $"An agent is an object with the keys agent, type and url, but this is {Found.Describe(document)}.");
            return new(null, problems);
        }

        // First, because every other message may quote what it found.
        if (LiteralSecrets.Report(source, "", problems))
        {
            return new(null, problems);
        }

        var agent = Agent(new ObjectCursor(source, "", problems, AgentKeys.Agent), source);
        return ReadResult<AgentSpec>.Of(agent, problems);
    }

    private static AgentSpec Agent(ObjectCursor file, JsonObject source)
    {
        var type = TypeOf(file);
        RefuseForeignBlocks(file, type);
        var agent = new AgentSpec
        {
            Name = file.Name("agent", required: true) ?? "",
            Version = file.Version("version"),
            Type = type ?? AgentType.Http,
            Urls = AgentAddresses.Read(file, required: type is null or AgentType.Http or AgentType.OpenAiChat),
            Model = file.Text("model", maximum: 200),
            SystemPrompt = file.Text("systemPrompt", mayBeEmpty: true),
            Auth = Auth(file),
            Headers = Headers(file),
            Request = file.Open("request", AgentKeys.Request) is { } request ? Request(request) : new(),
            Response = file.Open("response", AgentKeys.Response) is { } response ? Response(response) : new(),
            Settings = file.Object("settings") ?? [],
            Limits = file.Open("limits", AgentKeys.Limits) is { } limits ? Limits(limits) : new(),
            Retry = file.Open("retry", AgentKeys.Retry) is { } retry ? Retry(retry) : new(),
            Prices = file.Open("prices", AgentKeys.Prices) is { } prices ? Prices(prices) : null,
            ResetUrl = AgentAddresses.One(file.Open("reset", AgentKeys.Reset), "url", required: true),
            MetricsUrl = AgentAddresses.One(file.Open("metrics", AgentKeys.Metrics), "url", required: true),
            Source = source,
        };
        if (type is AgentType.Http or AgentType.OpenAiChat)
        {
            AgentTemplateChecks.Report(agent, file);
        }

        return agent;
    }

    private static AgentType? TypeOf(ObjectCursor file)
    {
        if (file.ChoiceOf("type", Types.Keys, required: true) is not { } name)
        {
            return null;
        }

        var type = Types[name];
        if (type is not (AgentType.Http or AgentType.OpenAiChat))
        {
            file.Error("type", ProblemCodes.NotAvailable, $"Agents of type {name} are not available in this version. Use http or openai-chat.");
        }

        return type;
    }

    /// <summary>A block of another type would silently do nothing.</summary>
    private static void RefuseForeignBlocks(ObjectCursor file, AgentType? type)
    {
        RefuseUnless("request", AgentType.Http, AgentType.Grpc);
        RefuseUnless("response", AgentType.Http, AgentType.Grpc);
        RefuseUnless("process", AgentType.Process);
        RefuseUnless("inproc", AgentType.Inproc);
        RefuseUnless("mcp", AgentType.Mcp);
        if (file.Open("state", AgentKeys.State) is { } state)
        {
            AgentAddresses.One(state, "get", required: true);
            AgentAddresses.One(state, "set", required: true);
            file.Warning("state", ProblemCodes.NotAvailable, "State is not read in this version: scenarios cannot ask for isolation 'restore' yet.");
        }

        void RefuseUnless(string key, params ReadOnlySpan<AgentType> owners)
        {
            if (type is { } known && file.Has(key) && !owners.Contains(known))
            {
                file.Error(key, ProblemCodes.InvalidValue, $"'{key}' does not belong to an agent of type {NameOf(known)}. Remove it, or change the type to {NameOf(owners[0])}.");
            }
        }
    }

    private static AgentAuth Auth(ObjectCursor file)
    {
        if (file.Open("auth", AgentKeys.Auth) is not { } auth)
        {
            return new(AgentAuthType.None, null, null);
        }

        var type = auth.Choice<AgentAuthType>("type");
        if (!auth.Has("type"))
        {
            auth.Required("type");
        }

        var header = HeaderName(auth, "header");
        if (type == AgentAuthType.Header && !auth.Has("header"))
        {
            auth.Error("header", ProblemCodes.Required, "'header' is missing: the name of the header that carries the secret.");
        }

        return new(type ?? AgentAuthType.None, SecretRef(auth, type), header);
    }

    private static string? SecretRef(ObjectCursor auth, AgentAuthType? type)
    {
        var text = auth.Text("secretRef", required: type is not (null or AgentAuthType.None));
        if (text is not null && SecretReference.Parse(text) is null)
        {
            // What stands here may be the secret itself: it is not repeated.
            auth.Error("secretRef", ProblemCodes.LiteralSecret, "'secretRef' must name a secret as env:NAME or keyvault:NAME; a secret itself is refused.");
        }

        return text;
    }

    private static string? HeaderName(ObjectCursor cursor, string key)
    {
        var name = cursor.Text(key, maximum: 100);
        if (name is not null && !HttpText.IsHeaderName(name))
        {
            cursor.Error(key, ProblemCodes.InvalidFormat, $"'{Found.Cut(name)}' cannot be the name of a header.");
        }

        return name;
    }

    private static IReadOnlyDictionary<string, string> Headers(ObjectCursor file) =>
        file.Map("headers", (headers, name) =>
        {
            var value = headers.Text(name, mayBeEmpty: true);
            if (!HttpText.IsHeaderName(name) || (value is not null && !HttpText.IsHeaderValue(value)))
            {
                headers.Error(name, ProblemCodes.InvalidFormat, "Not a valid header: a name is letters, digits and hyphens, a value is one line of visible characters.");
            }

            return value;
        }) ?? new Dictionary<string, string>();

    private static HttpAgentRequest Request(ObjectCursor request)
    {
        var builtIn = new HttpAgentRequest();
        return new HttpAgentRequest
        {
            Method = request.ChoiceOf("method", ["POST", "PUT", "PATCH"]) ?? builtIn.Method,
            Body = request.Node("body") ?? builtIn.Body,
        };
    }

    private static HttpAgentResponse Response(ObjectCursor response) => new()
    {
        Output = JsonPath(response, "output"),
        ToolCalls = JsonPath(response, "toolCalls"),
        Usage = JsonPath(response, "usage"),
        Error = JsonPath(response, "error"),
    };

    private static string? JsonPath(ObjectCursor response, string key)
    {
        var path = response.Text(key, maximum: 500);
        if (path is not null && !path.StartsWith('$'))
        {
            response.Error(key, ProblemCodes.InvalidFormat, $"'{key}' must be a JSONPath that begins with $, such as $.reply, but is \"{Found.Cut(path)}\".");
        }
        else if (path is not null && JsonPaths.FindProblem(path) is { } problem)
        {
            response.Error(key, ProblemCodes.InvalidFormat, $"'{path}' is no JSONPath: {problem}");
        }

        return path;
    }

    private static AgentLimits Limits(ObjectCursor limits)
    {
        var builtIn = new AgentLimits();
        limits.NotEnforced("requestsPerSecond");
        return new AgentLimits
        {
            MaxInputBytes = limits.Integer("maxInputBytes", 1, 10_000_000) ?? builtIn.MaxInputBytes,
            MaxOutputBytes = limits.Integer("maxOutputBytes", 1, 10_000_000) ?? builtIn.MaxOutputBytes,
            RequestsPerSecond = limits.Number("requestsPerSecond", 0, 10_000, above: true),
            MaxParallel = limits.Integer("maxParallel", 1, 1_000),
            TimeoutSeconds = limits.Number("timeoutSeconds", 0, 86_400, above: true),
        };
    }

    private static AgentRetry Retry(ObjectCursor retry) => new()
    {
        Retries = retry.Integer("retries", 0, 10),
        DelaySeconds = retry.Number("delaySeconds", 0, 3_600),
        Backoff = retry.Number("backoff", 1, 10),
    };

    private static AgentPrices Prices(ObjectCursor prices) =>
        new(prices.Money("inputPerMillion", required: true) ?? 0, prices.Money("outputPerMillion", required: true) ?? 0);
}
