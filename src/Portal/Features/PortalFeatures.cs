using FewShotAD.Portal.Features.Account;
using FewShotAD.Portal.Features.Admin;
using FewShotAD.Portal.Features.Annotate;
using FewShotAD.Portal.Features.Images;
using FewShotAD.Portal.Features.Notices;
using FewShotAD.Portal.Features.Projects;
using FewShotAD.Portal.Features.Registry;
using FewShotAD.Portal.Features.Schedules;
using FewShotAD.Portal.Features.Scoring;
using FewShotAD.Portal.Features.Training;
using FewShotAD.Portal.Features.Transfers;
using FewShotAD.Portal.Shared;

namespace FewShotAD.Portal.Features;

public static class PortalFeatures
{
    /// <summary>The use cases and what they need; also for commands, since the infrastructure has the portal draw and unpack for it.</summary>
    public static IServiceCollection AddPortalFeatures(this IServiceCollection services)
    {
        services.AddUseCases();
        services.AddPlatformAdministration();
        services.AddAttempts();
        services.AddSingleton<DecodeGate>();
        services.AddSingleton<RunTickets>();
        services.AddOptions<ScheduleOptions>().BindConfiguration(ScheduleOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<ScheduleWork>();
        services.AddSingleton<ScheduleResults>();
        services.AddSingleton<ScheduleClock>();
        services.AddHostedService(provider => provider.GetRequiredService<ScheduleClock>());
        services.AddOptions<NoticeOptions>().BindConfiguration(NoticeOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<NoticeClock>();
        services.AddHostedService(provider => provider.GetRequiredService<NoticeClock>());
        services.AddScoped<NoticeNews>();
        services.AddOptions<RetentionOptions>().BindConfiguration(RetentionOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<RetentionSweep>();
        services.AddHostedService(provider => provider.GetRequiredService<RetentionSweep>());
        services.AddScoped<ImageIngest>();
        services.AddSingleton<MarkPictures>();
        services.AddScoped<SampleProjects>();
        services.AddScoringFeatures();
        services.AddTransferWork();
        return services;
    }
}
