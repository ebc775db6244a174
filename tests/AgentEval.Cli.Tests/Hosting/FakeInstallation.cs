using System.Text.Json.Nodes;
using AgentEval.Cli.Hosting;

namespace AgentEval.Cli.Tests.Hosting;

/// <summary>An app, a sample agent and an Azurite that only listen, in small Node scripts; on SIGTERM each writes its name into one file.</summary>
internal sealed class FakeInstallation : IDisposable
{
    private const string Azurite = """
        const servers = [];
        const ended = require('path').join(process.argv[process.argv.indexOf('--location') + 1], '..', 'ended.txt');
        process.once('SIGTERM', () => { require('fs').appendFileSync(ended, 'azurite '); servers.forEach((server) => server.close()); });
        for (const service of ['Blob', 'Queue', 'Table']) {
          const server = require('net').createServer((socket) => socket.end());
          servers.push(server);
          server.listen(0, '127.0.0.1', () => console.log(`Azurite ${service} service is successfully listening at http://127.0.0.1:${server.address().port}`));
        }
        """;

    private const string Server = """
        const fs = require('fs'), path = require('path');
        const name = process.argv[2];
        const option = (key) => { const at = process.argv.indexOf(key); return at < 0 ? undefined : process.argv[at + 1]; };
        const readyFile = option('--ready-file') ?? process.env.LocalRuntime__ReadyFile;
        const port = Number(option('--port') ?? process.env.LocalRuntime__Port);
        console.log('starting', process.env.AzureWebJobsStorage);
        if (fs.existsSync(path.join(path.dirname(readyFile), 'broken'))) { console.log('the app is broken'); process.exit(9); }
        process.once('SIGTERM', () => { fs.appendFileSync(path.join(path.dirname(readyFile), 'ended.txt'), name + ' '); process.exit(0); });
        const routes = JSON.parse(fs.readFileSync(path.join(__dirname, 'routes.json'), 'utf8'));
        const server = require('http').createServer((request, response) => {
          const chunks = [];
          request.on('data', (chunk) => chunks.push(chunk)).on('end', () => {
            const route = `${request.method} ${request.url}`;
            fs.appendFileSync(path.join(__dirname, 'received.jsonl'), JSON.stringify({ route, body: Buffer.concat(chunks).toString() }) + '\n');
            if (routes[route] === 'die') process.kill(process.pid, 'SIGKILL');
            response.setHeader('Content-Type', 'application/json');
            response.end(JSON.stringify(routes[route] ?? {}));
          });
        });
        server.listen(port, '127.0.0.1', () => {
          fs.writeFileSync(readyFile + '.tmp', JSON.stringify({ pid: process.pid, url: `http://127.0.0.1:${server.address().port}` }));
          fs.renameSync(readyFile + '.tmp', readyFile);
        });
        """;

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("agenteval-cli-");

    public FakeInstallation()
    {
        var azurite = Path.Combine(_root.FullName, "azurite");
        Write("azurite/package.json", """{ "dependencies": { "azurite": "1.0.0" } }""");
        Write("azurite/node_modules/.package-lock.json", "{}");
        Write("azurite/node_modules/azurite/package.json", """{ "version": "1.0.0" }""");
        Write("azurite/node_modules/azurite/dist/src/azurite.js", Azurite);
        Write("azurite/serve.js", File.ReadAllText(Path.Combine(RepositoryRoot(), "infra", "local", "serve.js")));
        var server = Write("server.js", Server);
        Routes([]);
        Installation = new LocalInstallation
        {
            AppProgram = new LocalProgram("node", [server, "app"]),
            SampleAgentProgram = new LocalProgram("node", [server, "sample-agent"]),
            SampleSuiteFile = Path.Combine(_root.FullName, "suite.yaml"),
            AzuriteFolder = azurite,
        };
    }

    public LocalInstallation Installation { get; }

    public string Data => Path.Combine(_root.FullName, "data");

    public string Ended => File.Exists(Path.Combine(Data, "ended.txt")) ? File.ReadAllText(Path.Combine(Data, "ended.txt")).Trim() : "";

    /// <summary>What the app was asked, a JSON line each.</summary>
    public string Received => File.ReadAllText(Path.Combine(_root.FullName, "received.jsonl"));

    /// <summary>What the app answers, by method and target; <c>"die"</c> kills it.</summary>
    public void Routes(JsonObject routes) => Write("routes.json", routes.ToJsonString());

    public string Write(string name, string content)
    {
        var path = Path.Combine(_root.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    public void Dispose() => _root.Delete(recursive: true);

    public static string RepositoryRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "AgentEval.Functions.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }
}
