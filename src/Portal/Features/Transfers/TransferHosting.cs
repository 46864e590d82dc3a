using FewShotAD.Infrastructure.Transfers;
using FewShotAD.Infrastructure.Transfers.Export;
using FewShotAD.Portal.Features.Bundles;

namespace FewShotAD.Portal.Features.Transfers;

/// <summary>The work on exports and imports that needs pictures decoded, which only the portal can.</summary>
public static class TransferHosting
{
    public static IServiceCollection AddTransferWork(this IServiceCollection services)
    {
        services.AddScoped<ZipIntake>();
        services.AddScoped<ZipImages>();
        services.AddScoped<BackupRestore>();
        services.AddScoped<BackupModels>();
        services.AddScoped<BackupMarks>();
        services.AddScoped<BackupResults>();
        services.AddScoped<BackupReviews>();
        services.AddScoped<ITransferWork, ImportWork>();
        services.AddSingleton<BundleShelf>();
        services.AddScoped<GoldenChoice>();
        services.AddScoped<BundleProof>();
        services.AddScoped<ITransferWork, BundleImport>();
        services.AddScoped<IExportWriter, CocoExport>();
        return services;
    }
}
