using System.Globalization;

namespace AgentEval.Cli.Hosting;

internal sealed record LocalServerOptions(string Folder, string Command)
{
    /// <summary>0: any free one.</summary>
    public int Port { get; init; }

    /// <summary>What is told when something must be started, which takes its time.</summary>
    public string StartNotice { get; init; } = "Starting the app and its storage …";

    /// <summary>How long Azurite stays without users: a command that was killed and started again finds it as it was. Default 15 s.</summary>
    public TimeSpan StorageGrace { get; init; } = TimeSpan.FromSeconds(15);
}

/// <summary>
/// The app on its local runtime with Azurite, on a data folder, for as long as the command needs them. What already serves the folder is used
/// as it is; the last command to leave ends it: the app first, then Azurite.
/// </summary>
internal sealed class LocalServer : IAsyncDisposable
{
    private static readonly TimeSpan LockPatience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan LifePoll = TimeSpan.FromMilliseconds(250);

    private readonly LocalServerOptions _options;
    private readonly DataFolder _folder;
    private readonly AzuriteHost _azurite;
    private readonly AppHost _app;
    private readonly FolderUser _user;
    private readonly CliLog _log;
    private readonly TimeProvider _time;
    private ProcessRecord _record = new();
    private bool _isStartTold;
    private bool _left;

    private LocalServer(LocalServerOptions options, LocalInstallation installation, CliLog log, TimeProvider time)
    {
        _options = options;
        _folder = DataFolder.At(options.Folder);
        _azurite = new AzuriteHost(_folder, new AzuriteInstallation(installation.AzuriteFolder, log, time), options.StorageGrace, log, time);
        _app = new AppHost(_folder, installation.AppProgram, log, time);
        _user = new FolderUser(ProcessIdentity.Current.Pid, ProcessIdentity.Current.Started, options.Command);
        _log = log;
        _time = time;
    }

    public Uri Url => _record.Url ?? throw new InvalidOperationException("The app does not run.");

    public string AppLog => _folder.AppLog;

    /// <summary>The app's process.</summary>
    public int AppPid => (_record.App ?? throw new InvalidOperationException("The app does not run.")).Pid;

    /// <summary>Another command had started the app before.</summary>
    public bool IsShared { get; private set; }

    /// <exception cref="CliException">It did not come up; what was started for it has ended again.</exception>
    public static async Task<LocalServer> StartAsync(
        LocalServerOptions options, LocalInstallation installation, CliLog log, TimeProvider time, CancellationToken cancellationToken)
    {
        var server = new LocalServer(options, installation, log, time);
        using var exclusive = await server.LockAsync(cancellationToken);
        try
        {
            await server.JoinAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.LeaveAsync();
            throw;
        }
    }

    /// <summary>Starts a program that serves this command and ends with the folder's last user; it must write a ready file.</summary>
    public async Task<Uri> StartCompanionAsync(string name, LocalProgram program, CancellationToken cancellationToken)
    {
        var readyFile = _folder.ReadyFileOf(name);
        File.Delete(readyFile);
        var command = new ProcessCommand(
            program.FileName, [.. program.Arguments, "--port", "0", "--ready-file", readyFile], program.WorkingDirectory, _folder.LogOf(name));
        var process = await DetachedProcess.StartAsync(command, cancellationToken);
        using (await LockAsync(CancellationToken.None))
        {
            _record = ProcessFile.Read(_folder.Path);
            Save(_record with { Companions = [.. _record.Companions, new ServingProcess(name, process.Pid, process.Started, _user.Command)] });
        }

        var ready = await ReadyFile.WaitAsync(readyFile, name, process, _folder.LogOf(name), TimeSpan.FromSeconds(60), _time, cancellationToken);
        return ready.Url;
    }

    /// <summary>Waits until the app's process has ended, whoever ended it.</summary>
    public async Task WaitForAppEndAsync(CancellationToken cancellationToken)
    {
        while (_record.App?.Identity.IsAlive() == true)
        {
            await Task.Delay(LifePoll, _time, cancellationToken);
        }
    }

    /// <summary>The other commands that need the app now: it stays up for them.</summary>
    public IReadOnlyList<FolderUser> Others() => OtherUsers(ProcessFile.Read(_folder.Path));

    /// <summary>Leaves the storage to whoever goes on with the folder: after a crash of the app. Without anyone it ends by itself.</summary>
    public async Task AbandonAsync()
    {
        using var exclusive = await LockAsync(CancellationToken.None);
        _left = true;
        _record = ProcessFile.Read(_folder.Path);
        Save(_record with { Users = OtherUsers(_record) });
    }

    public async ValueTask DisposeAsync()
    {
        if (_left)
        {
            return;
        }

        using var exclusive = await LockAsync(CancellationToken.None);
        await LeaveAsync();
    }

    private Task<FileStream> LockAsync(CancellationToken cancellationToken) =>
        FolderLock.TakeAsync(_folder.LockFile, LockPatience, _time, cancellationToken);

    private async Task JoinAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.AppLog)!);
        var found = ProcessFile.Read(_folder.Path);
        Save(found with { Users = [.. found.Users.Where(user => user.Identity.IsAlive()), _user] });

        if (_record.Azurite is not { } azurite || !await ServesAsync(azurite, cancellationToken))
        {
            TellStart();
            azurite = await _azurite.StartAsync(_user.Command, process => Save(_record with { Azurite = process }), cancellationToken);
            Save(_record with { Azurite = azurite });
        }

        if (_record is { App: { } app, Url: { } url } && await AppHost.ServesAsync(app, url, cancellationToken))
        {
            IsShared = true;
            _log.Debug($"The app (process {app.Pid}) already serves {_folder.Path} at {url}.");
            return;
        }

        TellStart();
        Save(_record with { App = null, Url = null });
        var started = await _app.StartAsync(azurite, _options.Port, _user.Command, process => Save(_record with { App = process }), cancellationToken);
        Save(_record with { Url = started });
    }

    private void TellStart()
    {
        if (!_isStartTold)
        {
            _isStartTold = true;
            _log.Notice(_options.StartNotice);
        }
    }

    private async Task<bool> ServesAsync(AzuriteProcess azurite, CancellationToken cancellationToken)
    {
        if (await AzuriteHost.ServesAsync(azurite, cancellationToken))
        {
            return true;
        }

        // Never two on one folder: one that is alive and deaf is on its way out.
        await _azurite.StopAsync(azurite);
        return azurite.Identity.IsAlive()
            ? throw CliException.Trouble(string.Create(
                CultureInfo.InvariantCulture, $"Azurite (process {azurite.Pid}) holds {_folder.Azurite} and does not answer. End it, then try again."))
            : false;
    }

    // The caller holds the lock.
    private async Task LeaveAsync()
    {
        _left = true;
        _record = ProcessFile.Read(_folder.Path);
        var users = OtherUsers(_record);
        if (users.Count > 0)
        {
            Save(_record with { Users = users });
            return;
        }

        await Task.WhenAll(_record.Companions.Append(_record.App).OfType<ServingProcess>().Select(_app.StopAsync));
        if (_record.Azurite is { } azurite)
        {
            await _azurite.StopAsync(azurite);
        }

        ProcessFile.Delete(_folder.Path);
    }

    private List<FolderUser> OtherUsers(ProcessRecord record)
    {
        List<FolderUser> users = [.. record.Users.Where(user => user.Identity.IsAlive())];
        users.Remove(_user);
        return users;
    }

    private void Save(ProcessRecord record)
    {
        _record = record;
        ProcessFile.Write(_folder.Path, record);
    }
}
