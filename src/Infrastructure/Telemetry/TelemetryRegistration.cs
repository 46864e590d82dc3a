using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Infrastructure.Telemetry;

internal static class TelemetryRegistration
{
    /// <summary>What is measured. Whether it is sent anywhere is the host's to say.</summary>
    public static IServiceCollection AddInstruments(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddMetrics();
        services.AddSingleton<QueueLevels>();
        // A node that only serves people trains nothing: its cards are nobody's concern.
        var trains = configuration.GetValue(nameof(InfrastructureOptions.Role), NodeRole.All) != NodeRole.Web;
        services.AddSingleton(new GraphicsCards(trains ? GraphicsCards.DriversProgram : ""));
        services.AddSingleton(provider => new Instruments(
            provider.GetRequiredService<IMeterFactory>(), provider.GetRequiredService<QueueLevels>(), provider.GetRequiredService<GraphicsCards>()));
        services.AddHostedService<LevelWatch>();
        return services;
    }
}
