using System.Text;
using System.Text.Json.Nodes;
using AgentEval.Core.Problems;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace AgentEval.Core.Json;

/// <summary>Turns one YAML document into JSON nodes.</summary>
internal sealed class YamlComposer
{
    /// <summary>Nodes that aliases may add to a document: a few nested aliases could otherwise stand for billions.</summary>
    private const int MaxAliasedNodes = 100_000;

    private readonly GuardedYamlParser _parser;
    private readonly ProblemList _problems;
    private readonly Dictionary<AnchorName, Composed?> _anchors = [];
    private int _aliasedNodes;

    private YamlComposer(string text, ProblemList problems) => (_parser, _problems) = (new GuardedYamlParser(text), problems);

    /// <summary>Null after reporting, and for an empty document.</summary>
    public static JsonNode? Compose(string text, ProblemList problems)
    {
        try
        {
            var node = new YamlComposer(text, problems).Document();
            return problems.HasErrors || node is null ? null : StrictJson.Parse(Encoding.UTF8.GetBytes(node.ToJsonString(AgentEvalJson.Options)), problems);
        }
        catch (YamlException exception)
        {
            var (line, column, reason) = (exception.Start.Line, exception.Start.Column, Reason(exception));
            if (reason.Contains(" tab ", StringComparison.Ordinal) && FindIndentingTab(text, (int)line) is { } tab)
            {
                (line, column, reason) = (tab.Line, tab.Column, "A tab indents the line. Indent with spaces.");
            }

            if (reason.Contains("plain scalar value, found invalid mapping", StringComparison.Ordinal))
            {
                reason = "A text with ': ' in it needs quotes, or this line is indented too far.";
            }

            problems.Error("", ProblemCodes.NotSyntax, $"Line {line}, column {column}: not valid YAML. {reason}");
            return null;
        }
    }

    private JsonNode? Document()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _))
        {
            return null;
        }

        _parser.Consume<DocumentStart>();
        var root = Node("", depth: 0).Value;
        _parser.Consume<DocumentEnd>();
        if (!_parser.Accept<StreamEnd>(out _))
        {
            throw Refuse(_parser.Current!, "The file holds more than one document. Keep one.");
        }

        return root;
    }

    private Composed Node(string path, int depth)
    {
        if (depth > AgentEvalJson.MaxDepth)
        {
            throw Refuse(_parser.Current!, $"It is nested more than {AgentEvalJson.MaxDepth} levels deep.");
        }

        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            return Alias(alias, depth);
        }

        var start = _parser.Consume<NodeEvent>();
        if (!start.Anchor.IsEmpty)
        {
            _anchors[start.Anchor] = null;
        }

        var composed = start switch
        {
            Scalar scalar => new Composed(ScalarValue(scalar, path), 1, 0),
            SequenceStart sequence => Sequence(sequence, path, depth),
            MappingStart mapping => Mapping(mapping, path, depth),
            _ => throw Refuse(start, "Unexpected content."),
        };
        if (!start.Anchor.IsEmpty)
        {
            _anchors[start.Anchor] = composed;
        }

        return composed;
    }

    private Composed Alias(AnchorAlias alias, int depth)
    {
        if (!_anchors.TryGetValue(alias.Value, out var target))
        {
            throw Refuse(alias, $"There is no anchor '&{alias.Value}' before this alias.");
        }

        if (target is null)
        {
            throw Refuse(alias, $"The alias '*{alias.Value}' stands inside its own anchor.");
        }

        _aliasedNodes += target.Nodes;
        if (_aliasedNodes > MaxAliasedNodes || depth + target.Height > AgentEvalJson.MaxDepth)
        {
            throw Refuse(alias, "The aliases stand for more content than is allowed. Write it out, or use fewer.");
        }

        return target with { Value = target.Value?.DeepClone() };
    }

    private Composed Sequence(SequenceStart start, string path, int depth)
    {
        RequireTag(start, "tag:yaml.org,2002:seq");
        var items = new JsonArray();
        var (nodes, height) = (1, 0);
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            var item = Node($"{path}[{items.Count}]", depth + 1);
            items.Add(item.Value);
            (nodes, height) = (nodes + item.Nodes, Math.Max(height, item.Height));
        }

        return new Composed(items, nodes, height + 1);
    }

    private Composed Mapping(MappingStart start, string path, int depth)
    {
        RequireTag(start, "tag:yaml.org,2002:map");
        var members = new JsonObject();
        var (nodes, height) = (1, 0);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = Key();
            var keyPath = ProblemList.Join(path, key.Value);
            var member = Node(keyPath, depth + 1);
            if (!members.TryAdd(key.Value, member.Value))
            {
                _problems.Error(keyPath, ProblemCodes.Duplicate, $"Line {key.Start.Line}: the key stands twice in the same object. Remove one.");
            }

            (nodes, height) = (nodes + member.Nodes, Math.Max(height, member.Height));
        }

        return new Composed(members, nodes, height + 1);
    }

    private Scalar Key()
    {
        if (!_parser.TryConsume<Scalar>(out var key))
        {
            var remedy = _parser.Current is MappingStart ? " A text that begins with {{ needs quotes: \"{{name}} …\"." : "";
            throw Refuse(_parser.Current!, "A key must be a text." + remedy);
        }

        if (key is { Style: ScalarStyle.Plain, Value: "<<" })
        {
            throw Refuse(key, "Merge keys ('<<') are not part of YAML 1.2. Write the keys out.");
        }

        RequireUnicode(key);
        return key;
    }

    private JsonNode? ScalarValue(Scalar scalar, string path)
    {
        RequireUnicode(scalar);
        var isPlain = scalar.Style == ScalarStyle.Plain && scalar.Tag.IsEmpty;
        var tag = scalar.Tag.IsEmpty || scalar.Tag.IsNonSpecific ? "" : scalar.Tag.Value;
        switch (tag)
        {
            case "" when !isPlain:
            case "tag:yaml.org,2002:str":
                return JsonValue.Create(scalar.Value);
            case "" or "tag:yaml.org,2002:int" or "tag:yaml.org,2002:float" or "tag:yaml.org,2002:bool" or "tag:yaml.org,2002:null":
                if (!YamlScalars.TryResolve(scalar.Value, out var value))
                {
                    _problems.Error(path, ProblemCodes.OutOfRange, $"Line {scalar.Start.Line}: '{Found.Cut(scalar.Value)}' is a number that JSON cannot hold.");
                }

                return value;
            default:
                throw Refuse(scalar, $"The tag '{tag}' is not known here. Remove it.");
        }
    }

    private static void RequireUnicode(Scalar scalar)
    {
        if (!Unicode.IsWellFormed(scalar.Value))
        {
            throw Refuse(scalar, "The text holds half of a surrogate pair.");
        }
    }

    private static void RequireTag(NodeEvent start, string tag)
    {
        if (!start.Tag.IsEmpty && !start.Tag.IsNonSpecific && start.Tag.Value != tag)
        {
            throw Refuse(start, $"The tag '{start.Tag.Value}' is not known here. Remove it.");
        }
    }

    private static YamlException Refuse(ParsingEvent at, string reason) => new(at.Start, at.End, reason);

    /// <summary>The parser names the line where the block began, perhaps far above the tab.</summary>
    private static (int Line, int Column)? FindIndentingTab(string text, int fromLine)
    {
        var number = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            number++;
            var indentation = line[..^line.TrimStart(" \t").Length];
            if (number >= fromLine && indentation.IndexOf('\t') is >= 0 and var at)
            {
                return (number, at + 1);
            }
        }

        return null;
    }

    private static string Reason(YamlException exception)
    {
        var prefix = $"({exception.Start}) - ({exception.End}): ";
        return exception.Message.StartsWith(prefix, StringComparison.Ordinal) ? exception.Message[prefix.Length..] : exception.Message;
    }

    /// <param name="Value">The node.</param>
    /// <param name="Nodes">How many nodes it is made of.</param>
    /// <param name="Height">Levels below it.</param>
    private sealed record Composed(JsonNode? Value, int Nodes, int Height);
}
