using System.Text;
using System.Text.RegularExpressions;
using AgentEval.EndToEnd.Tests.Harness;
using AgentEval.Tests.Shared;

namespace AgentEval.EndToEnd.Tests.Documents;

/// <summary>
/// The commands of a page as one script for bash, so that a variable set in one block is there in the next. <c># exit code N</c> after a command says
/// that it ends so; without it, 0. <c>URL</c>, <c>KEY</c> and <c>RUN</c> stand for the served host, its key and the newest run, and the addresses of the
/// documents for those of this test.
/// </summary>
internal sealed class PageScript
{
    private const char Mark = '\u001e';

    private const string Prelude = """
        set -euo pipefail
        agenteval() { command dotnet "$AGENTEVAL_PROGRAM" "$@"; }
        dotnet() {
          case "$1 $2 $3" in
            "run --project "*src/AgentEval.Cli) shift 4; agenteval "$@" ;;
            "run --project src/AgentEval.SampleAgent") ;; # It runs already.
            *) echo "The documents' test does not know: dotnet $*" >&2; exit 99 ;;
          esac
        }
        newest_run() { agenteval list --top 1 --output json | sed -n 's/^ *"runId": "\(.*\)",$/\1/p'; }
        line=none
        trap 'echo "This line failed: $line" >&2' ERR

        """;

    private readonly StringBuilder _script = new(Prelude);
    private readonly Dictionary<MarkdownBlock, int> _last = [];
    private readonly string _url;
    private int _commands;

    public PageScript(string url) => _url = url.TrimEnd('/');

    /// <summary>A command a line.</summary>
    public void Add(MarkdownBlock block)
    {
        foreach (var line in block.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.TrimStart().StartsWith('#')))
        {
            Add(line);
        }

        _last[block] = _commands;
    }

    public void Add(string line)
    {
        var exitCode = Regex.Match(line, @"#\s.*?exit code (\d+)") is { Success: true } noted ? noted.Groups[1].Value : "0";
        var command = Regex.Replace(Regex.Replace(line, @"\s+#\s.*$", ""), @"(?<![$\w])(URL|KEY|RUN)(?![\w=])", match => match.Value switch
        {
            "URL" => _url,
            "KEY" => "none",
            _ => "$(newest_run)",
        });
        _script.Append($"printf '{Mark}'\nline='{line.Replace("'", "", StringComparison.Ordinal)}'\n");
        _script.Append(exitCode == "0" ? $"{command}\n" : $"code=0; {command} || code=$?; [ $code = {exitCode} ] || {{ echo \"$line: exit code $code\" >&2; exit 98; }}\n");
        _commands++;
    }

    /// <summary>Runs it; the result is what the last command of each block printed.</summary>
    public async Task<Func<MarkdownBlock, string>> RunAsync(Workspace workspace, string folder)
    {
        var file = Path.Combine(folder, "page.sh");
        await File.WriteAllTextAsync(file, _script.ToString());
        var start = workspace.Command(Built.CommandLine);
        start.FileName = "bash";
        start.ArgumentList.Clear();
        start.ArgumentList.Add(file);
        start.WorkingDirectory = folder;
        start.Environment["AGENTEVAL_PROGRAM"] = Built.CommandLine;
        start.Environment["AGENTEVAL_SERVER"] = _url;
        start.Environment["GITHUB_STEP_SUMMARY"] = Path.Combine(folder, "job-summary.md");
        using var process = ToolProcess.Start(start);
        var outcome = await process.WaitAsync();
        Assert.True(outcome.ExitCode == 0, outcome.ToString().Replace(Mark, '#'));
        var outputs = outcome.Output.Split(Mark);
        return block => outputs[_last[block]];
    }
}
