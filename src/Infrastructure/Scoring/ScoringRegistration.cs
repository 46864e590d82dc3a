using FewShotAD.Infrastructure.Jobs;
using FewShotAD.Infrastructure.Telemetry;
using Hangfire;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FewShotAD.Infrastructure.Scoring;

internal static class ScoringRegistration
{
    public static IServiceCollection AddScoring(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ScoringOptions>().Bind(configuration.GetSection(ScoringOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ScoringOptions>, ScoringOptionsValidation>();
        services.AddSingleton<BundleCache>();
        services.AddSingleton(provider => new ScoringPool(
            provider.GetRequiredService<BundleCache>(),
            provider.GetRequiredService<WorkPaths>(),
            provider.GetRequiredService<IOptions<TrainingOptions>>(),
            provider.GetRequiredService<IOptions<ScoringOptions>>(),
            provider.GetRequiredService<Instruments>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ScoringPool>>()));
        services.AddHostedService(provider => provider.GetRequiredService<ScoringPool>());
        services.AddSingleton<BatchSignals>();
        services.AddSingleton(provider => new BatchQueue(provider.GetRequiredService<IBackgroundJobClient>(), provider.GetRequiredService<BatchSignals>()));
        services.AddSingleton<IgnoredPixels>();
        services.AddSingleton<Rescoring>();
        services.AddSingleton<RescoreService>();
        services.AddHostedService(provider => provider.GetRequiredService<RescoreService>());
        services.AddSingleton<BatchImages>();
        services.AddTransient<ScoreBatchJob>();
        services.AddSingleton<BatchRecovery>();
        services.AddHostedService(provider => provider.GetRequiredService<BatchRecovery>());
        return services;
    }
}
