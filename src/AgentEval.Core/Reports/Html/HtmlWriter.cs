using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace AgentEval.Core.Reports.Html;

/// <summary>
/// Writes HTML in which text can only be text: tags and attribute names are constants of the program, whatever comes from outside passes
/// <see cref="Text"/> or an attribute's value and is escaped there, with hidden and direction-changing characters made visible.
/// </summary>
internal sealed class HtmlWriter
{
    private readonly StringBuilder _page = new();
    private readonly Stack<string> _open = new();

    /// <summary>Opens an element; dispose to close it.</summary>
    public Scope Open([ConstantExpected] string tag, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Start(tag, attributes);
        _open.Push(tag);
        return new Scope(this);
    }

    /// <summary>An element with nothing but text in it.</summary>
    public HtmlWriter Element([ConstantExpected] string tag, string? text, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Start(tag, attributes);
        Text(text);
        _page.Append("</").Append(tag).Append('>');
        return this;
    }

    /// <summary>An element that has no content, such as <c>input</c>.</summary>
    public HtmlWriter Void([ConstantExpected] string tag, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Start(tag, attributes);
        return this;
    }

    public HtmlWriter Text(string? text)
    {
        Escape(text);
        return this;
    }

    /// <summary>Markup or code that is part of the program.</summary>
    public HtmlWriter Literal(string markup)
    {
        _page.Append(markup);
        return this;
    }

    /// <exception cref="InvalidOperationException">An element is still open.</exception>
    public string Finish() => _open.Count == 0 ? _page.ToString() : throw new InvalidOperationException($"<{_open.Peek()}> was not closed.");

    private void Start(string tag, ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        _page.Append('<').Append(tag);
        foreach (var (name, value) in attributes)
        {
            if (value is not null)
            {
                _page.Append(' ').Append(name).Append("=\"");
                Escape(value);
                _page.Append('"');
            }
        }

        _page.Append('>');
    }

    private void Escape(string? text)
    {
        foreach (var character in VisibleText.Of(text))
        {
            _page.Append(character switch
            {
                '<' => "&lt;",
                '>' => "&gt;",
                '&' => "&amp;",
                '"' => "&quot;",
                '\'' => "&#39;",
                '`' => "&#96;",
                _ => null,
            });
            if (character is not ('<' or '>' or '&' or '"' or '\'' or '`'))
            {
                _page.Append(character);
            }
        }
    }

    private void Close() => _page.Append("</").Append(_open.Pop()).Append('>');

    public readonly ref struct Scope(HtmlWriter writer)
    {
        public void Dispose() => writer.Close();
    }
}
