using AgentEval.Cli.Hosting;
using AgentEval.Cli.Runs;
using AgentEval.Client;

namespace AgentEval.Cli.Commands;

/// <summary>A client, and the local host behind it when there is one.</summary>
internal sealed class ServerConnection(AgentEvalClient client, LocalServer? local, LogFollower? followed) : IAsyncDisposable
{
    public AgentEvalClient Client { get; } = client;

    public LocalServer? Local { get; } = local;

    public static async Task<ServerConnection> StartLocalAsync(CliSession session, LocalServerOptions options, CancellationToken cancellationToken)
    {
        OutputPlaces.CheckFolder(options.Folder, "--data");
        var installation = session.Environment.Installation();
        var followed = session.IsVerbose
            ? LogFollower.Start(DataFolder.At(options.Folder).AppLog, session.Environment.Error, session.Environment.Time)
            : null;
        try
        {
            var local = await LocalServer.StartAsync(options, installation, session.Log, session.Environment.Time, cancellationToken);
            var key = session.Environment.Variable("AgentEval__ApiKey");
            return new ServerConnection(AgentEvalClient.Create(local.Url, key, time: session.Environment.Time), local, followed);
        }
        catch when (followed is not null)
        {
            await followed.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits for <paramref name="work"/>; when the local app dies meanwhile, that is the end of it.</summary>
    /// <exception cref="CliException">The app died; the message has the end of its log.</exception>
    public async Task<T> WhileServedAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        if (Local is null)
        {
            return await work(cancellationToken);
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var working = work(stop.Token);
        var death = Local.WaitForAppEndAsync(stop.Token);
        await Task.WhenAny(working, death);
        await stop.CancelAsync();
        await ((Task)working).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await death.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (death.IsCompletedSuccessfully && !working.IsCompletedSuccessfully)
        {
            await Local.AbandonAsync();
            throw CliException.Trouble(
                $"The local host died. What ran goes on when one is started on its folder again.{Environment.NewLine}{LogTail.Read(Local.AppLog)}");
        }

        return await working;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (Local is not null)
        {
            await Local.DisposeAsync();
        }

        if (followed is not null)
        {
            await followed.DisposeAsync();
        }
    }
}
