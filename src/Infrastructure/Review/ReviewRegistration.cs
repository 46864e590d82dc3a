using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Infrastructure.Review;

internal static class ReviewRegistration
{
    public static IServiceCollection AddReview(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ReviewOptions>().Bind(configuration.GetSection(ReviewOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<ReviewEvents>();
        return services;
    }
}
