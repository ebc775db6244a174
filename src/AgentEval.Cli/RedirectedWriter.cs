using System.Text;

namespace AgentEval.Cli;

/// <summary>A standard stream that is no terminal: it may be closed, or lead to a disk that is full.</summary>
/// <param name="inner">The stream.</param>
/// <param name="isAnswer">An answer that cannot be given ends the command; what is told beside it, with nobody to hear, is let go.</param>
internal sealed class RedirectedWriter(TextWriter inner, bool isAnswer) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Try(() => inner.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => inner.Write(buffer, index, count));

    public override void Write(string? value) => Try(() => inner.Write(value));

    public override void Flush() => Try(inner.Flush);

    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (isAnswer)
            {
                throw CliException.Trouble($"The answer cannot be written to standard output: {e.GetBaseException().Message.TrimEnd('.')}.", e);
            }
        }
    }
}
