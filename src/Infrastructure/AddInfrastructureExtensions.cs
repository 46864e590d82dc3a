using FewShotAD.Infrastructure.Backups;
using FewShotAD.Infrastructure.Hosting;
using FewShotAD.Infrastructure.Hosting.Health;
using FewShotAD.Infrastructure.Hosting.Nodes;
using FewShotAD.Infrastructure.Identity;
using FewShotAD.Infrastructure.Jobs;
using FewShotAD.Infrastructure.Mail;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Quotas;
using FewShotAD.Infrastructure.Review;
using FewShotAD.Infrastructure.Scoring;
using FewShotAD.Infrastructure.Storage;
using FewShotAD.Infrastructure.Telemetry;
using FewShotAD.Infrastructure.Transfers;
using FewShotAD.Infrastructure.Webhooks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace FewShotAD.Infrastructure;

public static class AddInfrastructureExtensions
{
    /// <summary>Database, blobs, accounts and jobs. Hosted services start in this order, so call it before adding others.</summary>
    public static IServiceCollection AddInfrastructure(this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment)
    {
        services.AddOptions<InfrastructureOptions>().Bind(configuration).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(environment);
        services.AddSingleton<DataPaths>();
        services.AddHostedService<DataDirectoryLock>();
        services.AddPersistence(configuration);
        services.AddHostedService<DatabaseStart>();
        services.AddNode();
        services.AddInstruments(configuration);
        services.AddBlobs(configuration);
        services.AddHostedService<BlobStart>();
        services.AddMail(configuration);
        services.AddAccounts();
        services.AddTrainingJobs(configuration);
        services.AddOptions<QuotaOptions>().Bind(configuration.GetSection(QuotaOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<TeamQuotas>();
        services.AddWebhooks(configuration);
        services.AddScoring(configuration);
        services.AddTransfers(configuration);
        services.AddReview(configuration);
        services.AddBackups();
        services.AddReadiness();
        services.AddHostedService<SweepService>();
        return services;
    }
}
