using FewShotAD.Domain.Transfers;
using FewShotAD.Infrastructure.Transfers.Export;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Infrastructure.Transfers;

internal static class TransferRegistration
{
    /// <summary>Exports that need no pictures decoded. Whoever can decode adds the others, and imports, as further services of the same kinds.</summary>
    public static IServiceCollection AddTransfers(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<TransferOptions>()
            .Bind(configuration.GetSection(TransferOptions.Section))
            .Validate(
                options => options is { MostAtOnce: > 0, MaxEntries: > 0, MaxZipBytes: > 0, MaxUnpackedBytes: > 0 },
                "Transfers:MostAtOnce, :MaxEntries, :MaxZipBytes and :MaxUnpackedBytes must be above zero.")
            .ValidateOnStart();
        services.AddSingleton<TransferEvents>();
        services.AddSingleton<TransferSignals>();
        services.AddSingleton<TransferFolders>();
        services.AddSingleton<ITransferQueue, HangfireTransferQueue>();
        services.AddTransient<TransferJob>();
        services.AddTransient<ITransferWork, ExportWork>();
        services.AddTransient<IExportWriter, CsvExport>();
        services.AddTransient<IExportWriter, JsonLinesExport>();
        services.AddTransient<IExportWriter, DatasetExport>();
        services.AddTransient<IExportWriter, EverythingExport>();
        services.AddSingleton<TransferRecovery>();
        services.AddHostedService(provider => provider.GetRequiredService<TransferRecovery>());
        return services;
    }
}
