using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace AgentEval.Core.Json;

/// <summary>YamlDotNet's parser, which answers some broken texts with exceptions of other kinds; here every one of them is a <see cref="YamlException"/>.</summary>
internal sealed class GuardedYamlParser : IParser
{
    private readonly Scanner _scanner;
    private readonly Parser _parser;

    public GuardedYamlParser(string text)
    {
        _scanner = new Scanner(new StringReader(text));
        _parser = new Parser(_scanner);
    }

    public ParsingEvent? Current => _parser.Current;

    public bool MoveNext()
    {
        try
        {
            return _parser.MoveNext();
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or FormatException or OverflowException or IndexOutOfRangeException or NullReferenceException)
        {
            var position = _scanner.CurrentPosition;
            throw new YamlException(position, position, "A bracket, a quote or an indentation before this place does not fit.");
        }
    }
}
