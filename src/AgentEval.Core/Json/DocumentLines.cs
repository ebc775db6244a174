using AgentEval.Core.Problems;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace AgentEval.Core.Json;

/// <summary>Finds the lines of a user's JSON or YAML on which the paths of its problems stand.</summary>
public sealed class DocumentLines
{
    private readonly GuardedYamlParser _parser;
    private readonly HashSet<string> _wanted;
    private readonly Dictionary<string, int> _found = new(StringComparer.Ordinal);

    private DocumentLines(string text, HashSet<string> wanted) => (_parser, _wanted) = (new GuardedYamlParser(text), wanted);

    /// <summary>
    /// The line of each path, from 1. What is missing, or stands behind an alias, has the line of the nearest place around it; what stands nowhere has none.
    /// </summary>
    /// <param name="text">The document; of one that is no syntax the part before the fault is looked at.</param>
    /// <param name="paths">As <see cref="Problem.Path"/> has them.</param>
    public static IReadOnlyDictionary<string, int> Find(string text, IEnumerable<string> paths)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(paths);
        var asked = paths.Where(path => path.Length > 0).ToHashSet(StringComparer.Ordinal);
        if (asked.Count == 0 || text.Length > DocumentReader.MaxCharacters)
        {
            return new Dictionary<string, int>();
        }

        var lines = new DocumentLines(text.TrimStart('\uFEFF'), [.. asked.SelectMany(Around)]);
        lines.Look();
        return asked
            .Select(path => (Path: path, Around: Around(path).FirstOrDefault(lines._found.ContainsKey)))
            .Where(place => place.Around is not null)
            .ToDictionary(place => place.Path, place => lines._found[place.Around!], StringComparer.Ordinal);
    }

    /// <summary>The path, then what is around it, from the inside out.</summary>
    private static IEnumerable<string> Around(string path)
    {
        for (var end = path.Length; end > 0; end = path.AsSpan(0, end).LastIndexOfAny('.', '['))
        {
            yield return path[..end];
        }
    }

    private void Look()
    {
        try
        {
            _parser.Consume<StreamStart>();
            _parser.Consume<DocumentStart>();
            Node("", depth: 0);
        }
        catch (YamlException)
        {
            // What was found until here is right.
        }
    }

    private void Node(string path, int depth)
    {
        if (depth > AgentEvalJson.MaxDepth)
        {
            throw new YamlException("No document that is read is as deep as this.");
        }

        if (_parser.TryConsume<MappingStart>(out _))
        {
            Mapping(path, depth);
        }
        else if (_parser.TryConsume<SequenceStart>(out _))
        {
            Sequence(path, depth);
        }
        else
        {
            _parser.MoveNext();
        }
    }

    private void Mapping(string path, int depth)
    {
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = _parser.Consume<Scalar>();
            Member(ProblemList.Join(path, Found.Cut(key.Value)), key, depth + 1);
        }
    }

    private void Sequence(string path, int depth)
    {
        for (var index = 0; !_parser.TryConsume<SequenceEnd>(out _); index++)
        {
            Member($"{path}[{index}]", _parser.Current!, depth + 1);
        }
    }

    /// <summary>Nothing is wanted of a place that is not around a wanted one.</summary>
    private void Member(string path, ParsingEvent at, int depth)
    {
        if (!_wanted.Contains(path))
        {
            _parser.SkipThisAndNestedEvents();
            return;
        }

        _found.TryAdd(path, (int)at.Start.Line);
        Node(path, depth);
    }
}
