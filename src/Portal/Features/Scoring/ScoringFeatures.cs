using FewShotAD.Infrastructure.Scoring;

namespace FewShotAD.Portal.Features.Scoring;

public static class ScoringFeatures
{
    /// <summary>What scoring by REST needs beside its use cases.</summary>
    public static IServiceCollection AddScoringFeatures(this IServiceCollection services)
    {
        services.AddSingleton<IScoringPictures, ScoringPictures>();
        services.AddSingleton<RecentScores>();
        return services;
    }
}
