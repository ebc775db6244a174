using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AgentEval.Functions.Security;

/// <summary>Replaces the values of all secrets read so far in whatever is recorded. Agents do echo their credentials, in errors above all.</summary>
public sealed class SecretRedactor
{
    public const string Replacement = "[secret]";

    /// <summary>Shorter values are not replaced: they would tear up ordinary text.</summary>
    public const int MinimumLength = 4;

    private ImmutableArray<string> _forms = [];

    /// <summary>From now on <paramref name="secret"/> is replaced, also where it is escaped for JSON or for a URL.</summary>
    public void Know(string secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        if (secret.Length < MinimumLength || _forms.Contains(secret))
        {
            return;
        }

        string[] forms = [secret, JsonEncodedText.Encode(secret).ToString(), Uri.EscapeDataString(secret)];
        ImmutableInterlocked.Update(
            ref _forms, (known, added) => [.. known.Concat(added).Distinct(StringComparer.Ordinal).OrderByDescending(form => form.Length)], forms);
    }

    [return: NotNullIfNotNull(nameof(text))]
    public string? Redact(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return text;
        }

        foreach (var form in _forms)
        {
            text = text.Replace(form, Replacement, StringComparison.Ordinal);
        }

        return text;
    }

    /// <summary>The node itself when it holds no secret, else a copy without it.</summary>
    public JsonNode? Redact(JsonNode? node) => _forms.IsEmpty || !Holds(node) ? node : Copy(node);

    private bool Holds(JsonNode? node) => node switch
    {
        JsonObject members => members.Any(member => Holds(member.Key) || Holds(member.Value)),
        JsonArray items => items.Any(Holds),
        JsonValue value => value.TryGetValue<string>(out var text) && Holds(text),
        _ => false,
    };

    private bool Holds(string text) => _forms.Any(form => text.Contains(form, StringComparison.Ordinal));

    private JsonNode? Copy(JsonNode? node) => node switch
    {
        JsonObject members => CopyMembers(members),
        JsonArray items => new JsonArray([.. items.Select(Copy)]),
        JsonValue value when value.TryGetValue<string>(out var text) => JsonValue.Create(Redact(text)),
        _ => node?.DeepClone(),
    };

    private JsonObject CopyMembers(JsonObject members)
    {
        var copy = new JsonObject();
        foreach (var (key, value) in members)
        {
            copy[Redact(key)] = Copy(value);
        }

        return copy;
    }
}
