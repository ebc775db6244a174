using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace AgentEval.LocalRuntime.Hosting;

/// <summary>What <c>host.json</c> says, with the real host's defaults; <c>AzureFunctionsJobHost:…</c> in the configuration goes before the file.</summary>
internal sealed record HostSettings
{
    public const string OverrideSection = "AzureFunctionsJobHost";

    public string RoutePrefix { get; init; } = "api";

    /// <summary>Null: functions run as long as they like (<c>-1</c>).</summary>
    public TimeSpan? FunctionTimeout { get; init; } = TimeSpan.FromMinutes(30);

    public QueueSettings Queues { get; init; } = new();

    /// <summary>Lowest level by category; <c>default</c> for the rest.</summary>
    public IReadOnlyDictionary<string, string> LogLevels { get; init; } = new Dictionary<string, string>();

    /// <summary><c>extensions:durableTask</c> as it stands.</summary>
    public required IConfiguration DurableTask { get; init; }

    /// <exception cref="InvalidDataException">A value is out of its range; the message names it.</exception>
    public static HostSettings Read(string directory, IConfiguration app)
    {
        var file = new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(directory, "host.json"), optional: true, reloadOnChange: false)
            .AddConfiguration(app.GetSection(OverrideSection))
            .Build();
        return new HostSettings
        {
            RoutePrefix = (file["extensions:http:routePrefix"] ?? "api").Trim('/'),
            FunctionTimeout = ReadTimeout(file["functionTimeout"]),
            Queues = ReadQueues(file.GetSection("extensions:queues")),
            LogLevels = file.GetSection("logging:logLevel").GetChildren().Where(c => c.Value is not null).ToDictionary(c => c.Key, c => c.Value!),
            DurableTask = file.GetSection("extensions:durableTask"),
        };
    }

    private static TimeSpan? ReadTimeout(string? text) => text switch
    {
        null => TimeSpan.FromMinutes(30),
        "-1" => null,
        _ => ParseTime("functionTimeout", text, TimeSpan.FromSeconds(1), TimeSpan.MaxValue),
    };

    private static QueueSettings ReadQueues(IConfigurationSection section)
    {
        const string path = "extensions.queues";
        var batchSize = ParseInt($"{path}.batchSize", section["batchSize"], QueueSettings.DefaultBatchSize, 1, 32);
        var encoding = section["messageEncoding"] ?? "base64";
        return new QueueSettings
        {
            BatchSize = batchSize,
            NewBatchThreshold = ParseInt($"{path}.newBatchThreshold", section["newBatchThreshold"], batchSize / 2, 0, 10_000),
            MaxDequeueCount = ParseInt($"{path}.maxDequeueCount", section["maxDequeueCount"], 5, 1, int.MaxValue),
            VisibilityTimeout = section["visibilityTimeout"] is { } visibility
                ? ParseTime($"{path}.visibilityTimeout", visibility, TimeSpan.Zero, TimeSpan.FromDays(7))
                : TimeSpan.Zero,
            MaxPollingInterval = section["maxPollingInterval"] is { } polling
                ? ParseTime($"{path}.maxPollingInterval", polling, QueueSettings.MinPollingInterval, TimeSpan.FromDays(1))
                : TimeSpan.FromMinutes(1),
            Base64 = encoding.ToUpperInvariant() switch
            {
                "BASE64" => true,
                "NONE" => false,
                _ => throw new InvalidDataException($"host.json: {path}.messageEncoding is \"{encoding}\"; it is base64 or none."),
            },
        };
    }

    private static int ParseInt(string path, string? text, int whenAbsent, int min, int max) =>
        text is null ? whenAbsent
        : int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max ? value
        : throw new InvalidDataException($"host.json: {path} is \"{text}\"; it is a whole number from {min} to {max}.");

    private static TimeSpan ParseTime(string path, string text, TimeSpan min, TimeSpan max) =>
        TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max ? value
        : throw new InvalidDataException($"host.json: {path} is \"{text}\"; it is a time span (hh:mm:ss) of {min} or more.");
}

/// <summary><c>extensions:queues</c>.</summary>
internal sealed record QueueSettings
{
    public const int DefaultBatchSize = 16;

    public static readonly TimeSpan MinPollingInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Messages taken at once, 1 to 32.</summary>
    public int BatchSize { get; init; } = DefaultBatchSize;

    /// <summary>The next batch is taken when no more than this many messages are being worked on.</summary>
    public int NewBatchThreshold { get; init; } = DefaultBatchSize / 2;

    /// <summary>Attempts before a message moves to the poison queue.</summary>
    public int MaxDequeueCount { get; init; } = 5;

    /// <summary>How long a message stays hidden after a failed attempt.</summary>
    public TimeSpan VisibilityTimeout { get; init; }

    public TimeSpan MaxPollingInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Messages are base64 of their text.</summary>
    public bool Base64 { get; init; } = true;
}
