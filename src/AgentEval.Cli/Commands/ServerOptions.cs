using System.CommandLine;
using AgentEval.Cli.Hosting;
using AgentEval.Cli.Rendering;
using AgentEval.Client;

namespace AgentEval.Cli.Commands;

/// <summary>Which service a command talks to: a deployed one, else the local host on a data folder.</summary>
internal sealed class ServerOptions
{
    private readonly Option<string?> _server = new("--server")
    {
        Description = "A deployed service (default: AGENTEVAL_SERVER); without one, the local host runs for as long as the command needs it.",
        HelpName = "URL",
    };

    private readonly Option<string?> _key = new("--key") { Description = "The service's key (default: AGENTEVAL_KEY).", HelpName = "KEY" };

    private readonly Option<string> _data = new("--data")
    {
        Description = "The folder with the local host's data.",
        HelpName = "DIR",
        DefaultValueFactory = _ => DataFolder.DefaultName,
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_server);
        command.Options.Add(_key);
        command.Options.Add(_data);
    }

    /// <summary>Local, and no host was ever started there: nothing needs to be started to know what is in it.</summary>
    public bool IsWithoutData(CliSession session, ParseResult arguments) => Place(session, arguments).Folder is { HasData: false };

    /// <exception cref="CliException">The folder has no data.</exception>
    public void RequireData(CliSession session, ParseResult arguments)
    {
        if (IsWithoutData(session, arguments))
        {
            throw CliException.BadInput($"There is no data {session.Place}. Name its folder with --data, or a service with --server.");
        }
    }

    /// <summary>Starts the local host when no service is named.</summary>
    public async Task<ServerConnection> ConnectAsync(CliSession session, ParseResult arguments, CancellationToken cancellationToken)
    {
        if (Place(session, arguments).Server is { } server)
        {
            var key = arguments.GetValue(_key) ?? session.Environment.Variable("AGENTEVAL_KEY");
            if (!OptionChecks.IsHeader(key ?? "none"))
            {
                throw CliException.BadInput("The key (--key or AGENTEVAL_KEY) is empty, or has letters no key has.");
            }

            return new ServerConnection(AgentEvalClient.Create(server, key, time: session.Environment.Time), local: null, followed: null);
        }

        var options = new LocalServerOptions(arguments.GetValue(_data)!, arguments.CommandResult.Command.Name);
        return await ServerConnection.StartLocalAsync(session, options, cancellationToken);
    }

    private ServicePlace Place(CliSession session, ParseResult arguments)
    {
        var server = Server(session, arguments);
        session.Place = new ServicePlace(server, server is null ? DataFolder.At(arguments.GetValue(_data)!) : null) { Option = Given(server, arguments) };
        return session.Place;
    }

    // An address may carry a user's name and password, or a key; they are not told.
    private string Given(Uri? server, ParseResult arguments) => server is null
        ? arguments.GetResult(_data) is { Implicit: false } ? $"--data {ShellWord.Of(arguments.GetValue(_data)!)}" : ""
        : arguments.GetValue(_server) is null ? "" : $"--server {ShellWord.Of(server.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped).TrimEnd('/'))}";

    private Uri? Server(CliSession session, ParseResult arguments)
    {
        var text = arguments.GetValue(_server) ?? session.Environment.Variable("AGENTEVAL_SERVER");
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var server) && server.Scheme is "http" or "https"
            ? server
            : throw CliException.BadInput($"\"{text}\" is no address of a service; give one such as https://evals.example.com.");
    }
}
