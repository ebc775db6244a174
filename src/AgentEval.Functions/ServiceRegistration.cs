using AgentEval.Functions.Runs;
using AgentEval.Functions.Security;
using AgentEval.Functions.Storage;
using AgentEval.Functions.Submissions;
using AgentEval.Functions.Trials;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AgentEval.Functions;

/// <summary>What the functions are made of.</summary>
public static class ServiceRegistration
{
    public static IServiceCollection AddAgentEval(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(TimeProvider.System);
        services.AddHostedService<StorageSetup>();
        services.AddHostedService<WorkerBeats>();
        services.AddSingleton(RunQueueOptions.Read(configuration));
        services.AddSingleton(RetentionOptions.Read(configuration));
        services.AddSingleton(new AppDefaults(configuration));
        var deployed = AppIdentity.IsDeployed(configuration);
        var submittersAreChecked = SubmitterChecks.ReadMode(configuration, deployed);
        services.AddSingleton(provider => new SubmitterChecks(
            submittersAreChecked, provider.GetRequiredService<EndpointGuard>(), provider.GetRequiredService<TimeProvider>()));
        return services.AddStorage().AddRuns().AddSubmissions().AddTrials(localHost: !deployed);
    }

    private static IServiceCollection AddStorage(this IServiceCollection services) => services
        .AddSingleton<StorageConnections>()
        .AddSingleton<RunStore>()
        .AddSingleton<PlanStore>()
        .AddSingleton<TrialStore>()
        .AddSingleton<ViolationStore>()
        .AddSingleton<TraceStore>()
        .AddSingleton<ReportStore>()
        .AddSingleton<SuiteStore>()
        .AddSingleton<AgentStore>()
        .AddSingleton<IdempotencyStore>()
        .AddSingleton<QueueStore>()
        .AddSingleton<MissingShardStore>()
        .AddSingleton<WorkerStore>()
        .AddSingleton<RunRemover>()
        .AddSingleton<BatchStore>()
        .AddSingleton<SubmissionStore>()
        .AddSingleton<RejectedSubmissions>()
        .AddSingleton<PurgeStore>()
        .AddSingleton<SubmissionFiles>()
        .AddSingleton<ScheduleStore>();

    private static IServiceCollection AddRuns(this IServiceCollection services) => services
        .AddSingleton<AppIdentity>()
        .AddSingleton<LoadedRuns>()
        .AddSingleton<RunControls>()
        .AddSingleton<Workers>()
        .AddSingleton<RunScheduler>()
        .AddSingleton<RunQueue>()
        .AddSingleton<RunOperator>()
        .AddSingleton<MissingShards>()
        .AddSingleton<LostRuns>()
        .AddSingleton<OldSubmissions>()
        .AddSingleton<Housekeeping>()
        .AddSingleton<RunDeletions>()
        .AddSingleton<RunPurges>()
        .AddSingleton<RunProgressReader>()
        .AddSingleton<RunViews>()
        .AddSingleton<TrialViews>()
        .AddSingleton<BatchViews>()
        .AddSingleton<TrialRecords>()
        .AddSingleton<DependencyGuard>();

    private static IServiceCollection AddSubmissions(this IServiceCollection services) => services
        .AddSingleton<HostLimits>()
        .AddSingleton<SubmissionChecks>()
        .AddSingleton<SubmissionService>()
        .AddSingleton<AcceptedSubmissions>()
        .AddSingleton<AcceptedRequests>()
        .AddSingleton<BatchService>()
        .AddSingleton<MessageReader>()
        .AddSingleton<QueuedSubmissions>()
        .AddSingleton<ScheduleViews>()
        .AddSingleton<ScheduledSubmissions>();
}
