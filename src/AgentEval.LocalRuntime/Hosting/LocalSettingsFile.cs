using System.Text.Json;
using System.Text.Json.Nodes;

namespace AgentEval.LocalRuntime.Hosting;

/// <summary><c>local.settings.json</c>: <c>Values</c> stand for environment variables and give way to real ones.</summary>
internal sealed record LocalSettingsFile(IReadOnlyDictionary<string, string> Values, int? Port)
{
    public const string FileName = "local.settings.json";

    private static readonly JsonDocumentOptions Tolerant = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    public static LocalSettingsFile None { get; } = new(new Dictionary<string, string>(), null);

    /// <exception cref="InvalidDataException">The file is not JSON, or is encrypted.</exception>
    public static LocalSettingsFile Read(string directory)
    {
        var path = Path.Combine(directory, FileName);
        if (!File.Exists(path))
        {
            return None;
        }

        var root = Parse(path);
        if (root["IsEncrypted"]?.GetValueKind() == JsonValueKind.True)
        {
            throw new InvalidDataException($"{path} is encrypted; run `func settings decrypt`, or set IsEncrypted to false.");
        }

        var values = Section(root, "Values").ToDictionary(p => p.Key, p => p.Value, StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in Section(root, "ConnectionStrings"))
        {
            values[$"ConnectionStrings__{name}"] = value;
        }

        return new(values, root["Host"]?["LocalHttpPort"]?.GetValue<int>());
    }

    /// <summary>As Functions Core Tools do for the worker: what reads the environment directly sees the values too.</summary>
    public void ExportToEnvironment()
    {
        foreach (var (name, value) in Values)
        {
            if (Environment.GetEnvironmentVariable(name) is null)
            {
                Environment.SetEnvironmentVariable(name, value);
            }
        }
    }

    /// <summary>The values under their configuration keys (<c>A__B</c> is <c>A:B</c>).</summary>
    public IEnumerable<KeyValuePair<string, string?>> ToConfiguration()
    {
        var values = Values.Select(p => KeyValuePair.Create(p.Key.Replace("__", ":", StringComparison.Ordinal), (string?)p.Value));
        return Port is { } port ? values.Append(new($"{LocalRuntimeOptions.Section}:{nameof(LocalRuntimeOptions.Port)}", $"{port}")) : values;
    }

    private static JsonNode Parse(string path)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(path), documentOptions: Tolerant) ?? throw new InvalidDataException($"{path} is empty.");
        }
        catch (JsonException problem)
        {
            throw new InvalidDataException($"{path} is not JSON: {problem.Message}", problem);
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> Section(JsonNode root, string name) =>
        (root[name] as JsonObject ?? []).Where(p => p.Value is not null).Select(p => KeyValuePair.Create(p.Key, p.Value!.ToString()));
}
