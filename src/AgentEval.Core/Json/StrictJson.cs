using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using AgentEval.Core.Problems;

namespace AgentEval.Core.Json;

/// <summary>Walks JSON once to find everything that the rules of <see cref="DocumentReader"/> refuse, then builds the nodes.</summary>
internal static class StrictJson
{
    /// <summary>For messages of the parser that speak of its options or hide the remedy: a part of the message, and what is said instead.</summary>
    private static readonly (string Part, string Reason)[] OwnReasons =
    [
        ("trailing comma", "The comma before this ] or } is one too many. Remove it."),
        ("does not contain any JSON tokens", "The document is empty."),
        ("Expected depth to be zero", "The document ends here, but a { or [ is still open. Close it."),
        ("maximum configured depth", $"It is nested more than {AgentEvalJson.MaxDepth} levels deep."),
        ("is invalid within a JSON string", "A line break or another control character stands inside a text. Write it as \\n, \\t or \\u00XX."),
        ("'/' is ", "JSON knows no comments. Remove it."),
        ("''' is ", "JSON puts texts in double quotes."),
    ];

    private static readonly JsonDocumentOptions DocumentOptions = new() { MaxDepth = AgentEvalJson.MaxDepth };

    /// <summary>Null after reporting, and for the document <c>null</c>.</summary>
    public static JsonNode? Parse(ReadOnlySpan<byte> utf8, ProblemList problems)
    {
        if (!Utf8.IsValid(utf8))
        {
            problems.Error("", ProblemCodes.NotSyntax, "The document is not valid UTF-8.");
            return null;
        }

        try
        {
            Examine(utf8, problems);
            var node = problems.HasErrors ? null : JsonNode.Parse(utf8, nodeOptions: null, DocumentOptions);
            Materialize(node);
            return node;
        }
        catch (JsonException exception)
        {
            problems.Error("", ProblemCodes.NotSyntax, Describe(exception, utf8));
            return null;
        }
    }

    private static void Examine(ReadOnlySpan<byte> utf8, ProblemList problems)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = AgentEvalJson.MaxDepth });
        var place = new JsonPlace();
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    place.Enter(isObject: reader.TokenType == JsonTokenType.StartObject);
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    place.Leave();
                    break;
                case JsonTokenType.PropertyName:
                    if (!place.Name(TextOf(ref reader, place, problems)))
                    {
                        problems.Error(place.Path, ProblemCodes.Duplicate, "The key stands twice in the same object. Remove one.");
                    }

                    break;
                default:
                    place.Item();
                    ExamineValue(ref reader, place, problems);
                    break;
            }
        }
    }

    private static void ExamineValue(ref Utf8JsonReader reader, JsonPlace place, ProblemList problems)
    {
        if (reader.TokenType == JsonTokenType.String && reader.ValueIsEscaped)
        {
            TextOf(ref reader, place, problems);
        }
        else if (reader.TokenType == JsonTokenType.Number && !(reader.TryGetDouble(out var number) && double.IsFinite(number)))
        {
            problems.Error(place.Path, ProblemCodes.OutOfRange, "The number is too large.");
        }
    }

    private static string TextOf(ref Utf8JsonReader reader, JsonPlace place, ProblemList problems)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            problems.Error(place.Path, ProblemCodes.InvalidFormat, "The text holds half of a surrogate pair (an escape such as \\ud83d without its second half).");
            return "?";
        }
    }

    /// <summary>Nodes build their members on first use; done here, they may afterwards be read by several threads.</summary>
    private static void Materialize(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (_, value) in members)
                {
                    Materialize(value);
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    Materialize(item);
                }

                break;
        }
    }

    private static string Describe(JsonException exception, ReadOnlySpan<byte> utf8)
    {
        var message = exception.Message;
        var end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        var own = OwnReasons.FirstOrDefault(own => message.Contains(own.Part, StringComparison.Ordinal)).Reason;
        var (line, bytes) = (exception.LineNumber ?? 0, (int)(exception.BytePositionInLine ?? 0));
        return $"Line {line + 1}, column {CharactersIn(utf8, line, bytes) + 1}: not valid JSON. {own ?? (end < 0 ? message : message[..end])}";
    }

    /// <summary>The characters in the first bytes of a line.</summary>
    private static int CharactersIn(ReadOnlySpan<byte> utf8, long line, int bytes)
    {
        for (; line > 0; line--)
        {
            utf8 = utf8[(utf8.IndexOf((byte)'\n') + 1)..];
        }

        return Encoding.UTF8.GetCharCount(utf8[..Math.Min(bytes, utf8.Length)]);
    }

    /// <summary>Where a walk through a document stands.</summary>
    private sealed class JsonPlace
    {
        private readonly Stack<Level> _levels = new();

        public string Path => string.Concat(_levels.Reverse().Select((level, index) => level.Names is null ? $"[{level.Index}]" : index == 0 ? level.Key : "." + level.Key));

        public void Enter(bool isObject)
        {
            Item();
            _levels.Push(new Level { Names = isObject ? new HashSet<string>(StringComparer.Ordinal) : null });
        }

        public void Leave() => _levels.Pop();

        /// <summary>False: the object has had that key.</summary>
        public bool Name(string key)
        {
            var level = _levels.Peek();
            level.Key = key;
            return level.Names!.Add(key);
        }

        public void Item()
        {
            if (_levels.TryPeek(out var level))
            {
                level.Index++;
            }
        }

        private sealed class Level
        {
            /// <summary>Null: an array.</summary>
            public HashSet<string>? Names { get; init; }

            public string Key { get; set; } = "";

            public int Index { get; set; } = -1;
        }
    }
}
