using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Infrastructure.Jobs;

internal static class JobsRegistration
{
    public static IServiceCollection AddTrainingJobs(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<TrainingOptions>().Bind(configuration.GetSection(TrainingOptions.Section)).ValidateOnStart();
        services.AddSingleton<RunEvents>();
        services.AddSingleton<RunSignals>();
        return services;
    }
}
