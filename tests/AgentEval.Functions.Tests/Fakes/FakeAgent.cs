using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace AgentEval.Functions.Tests.Fakes;

/// <summary>An agent on a free port that answers each request as told, down to the bytes: it can hang, cut the line, or talk without end.</summary>
internal sealed class FakeAgent : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closed = new();
    private readonly Func<FakeRequest, FakeAnswer> _answer;
    private readonly Task _accepting;
    private readonly Lock _gate = new();
    private readonly List<FakeRequest> _requests = [];
    private long _bytesSent;

    public FakeAgent(Func<FakeRequest, FakeAnswer> answer)
    {
        _answer = answer;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Answers with these, in order; the last one again and again.</summary>
    public FakeAgent(params FakeAnswer[] answers)
        : this(request => answers[Math.Min(request.Number, answers.Length - 1)])
    {
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public Uri Url => new($"http://127.0.0.1:{Port}/chat");

    public long BytesSent => Interlocked.Read(ref _bytesSent);

    public IReadOnlyList<FakeRequest> Requests
    {
        get
        {
            lock (_gate)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>A port where nobody listens.</summary>
    public static Uri DeadUrl()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/chat");
    }

    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        _listener.Stop();
        await _accepting;
        _closed.Dispose();
    }

    private async Task AcceptAsync()
    {
        var open = new List<Task>();
        try
        {
            while (true)
            {
                open.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_closed.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                client.NoDelay = true;
                var stream = client.GetStream();
                while (await ReadAsync(stream) is { } request && await SendAsync(stream, _answer(request)))
                {
                }
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException or SocketException)
            {
                // The other side, or the test, has gone.
            }
        }
    }

    private async Task<FakeRequest?> ReadAsync(NetworkStream stream)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (!EndsHead(head))
        {
            if (await stream.ReadAsync(one, _closed.Token) == 0)
            {
                return null;
            }

            head.Add(one[0]);
        }

        var lines = Encoding.ASCII.GetString([.. head]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines.Skip(1).Select(line => line.Split(':', 2)).ToDictionary(pair => pair[0].Trim(), pair => pair[1].Trim(), StringComparer.OrdinalIgnoreCase);
        var body = new byte[int.Parse(headers.GetValueOrDefault("Content-Length", "0"), CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body, _closed.Token);
        lock (_gate)
        {
            var request = new FakeRequest(_requests.Count, lines[0].Split(' ')[0], lines[0].Split(' ')[1], headers, Encoding.UTF8.GetString(body));
            _requests.Add(request);
            return request;
        }
    }

    private static bool EndsHead(List<byte> head) => head.Count >= 4 && head[^4] == '\r' && head[^3] == '\n' && head[^2] == '\r' && head[^1] == '\n';

    private async Task<bool> SendAsync(NetworkStream stream, FakeAnswer answer)
    {
        if (answer.Hangs)
        {
            await Task.Delay(Timeout.Infinite, _closed.Token);
        }

        var body = answer.Bytes ?? Encoding.UTF8.GetBytes(answer.Body);
        var head = new StringBuilder($"HTTP/1.1 {answer.Status} Said\r\nContent-Length: {body.Length}\r\n");
        if (answer.ContentType is not null)
        {
            head.Append(CultureInfo.InvariantCulture, $"Content-Type: {answer.ContentType}\r\n");
        }

        foreach (var (name, value) in answer.Headers)
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), _closed.Token);
        foreach (var piece in (answer.Cut ? body[..(body.Length / 2)] : body).Chunk(65_536))
        {
            await stream.WriteAsync(piece, _closed.Token);
            Interlocked.Add(ref _bytesSent, piece.Length);
        }

        return !answer.Cut;
    }
}

internal sealed record FakeRequest(int Number, string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public JsonNode Json => JsonNode.Parse(Body)!;
}

internal sealed record FakeAnswer(string Body, int Status = 200, string? ContentType = "application/json")
{
    public byte[]? Bytes { get; init; }

    public Dictionary<string, string> Headers { get; init; } = [];

    /// <summary>Says nothing until the agent is closed.</summary>
    public bool Hangs { get; init; }

    /// <summary>Ends in the middle of the body.</summary>
    public bool Cut { get; init; }

    public static FakeAnswer Reply(string text) => new(new JsonObject { ["reply"] = text }.ToJsonString());

    public static FakeAnswer Chat(string text) => Chat(new JsonObject { ["role"] = "assistant", ["content"] = text });

    public static FakeAnswer ChatTool(string name, string arguments, string id = "call_1") => Chat(new JsonObject
    {
        ["role"] = "assistant",
        ["content"] = null,
        ["tool_calls"] = new JsonArray(new JsonObject
        {
            ["id"] = id,
            ["type"] = "function",
            ["function"] = new JsonObject { ["name"] = name, ["arguments"] = arguments },
        }),
    });

    public static FakeAnswer Chat(JsonObject message) => new(new JsonObject
    {
        ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["message"] = message }),
        ["usage"] = new JsonObject { ["prompt_tokens"] = 10, ["completion_tokens"] = 5 },
    }.ToJsonString());
}
