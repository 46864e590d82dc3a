using System.CommandLine;
using FewShotAD.Infrastructure;
using FewShotAD.Infrastructure.Hosting;
using FewShotAD.Portal.Features;

namespace FewShotAD.Portal.Commands;

/// <summary>
/// What the portal's program does besides being the portal: it works on the same data directory and settings, and beside a portal
/// that runs. Without a command the program is the portal, and everything else in its arguments is settings.
/// </summary>
public static class PortalCommands
{
    private static readonly Command[] All =
    [
        BootstrapCommand.Create(), AdministratorCommands.CreateGrant(), AdministratorCommands.CreateRevoke(), VerifyAuditCommand.Create(), HealthCommand.Create(),
        CopyBlobsCommand.Create(), BackupCommands.CreateBackup(), BackupCommands.CreateRestore(), BackupCommands.CreateVerify(),
    ];

    public static bool IsMeant(string[] args) => args is [var first, ..] && (All.Any(c => c.Name == first) || first is "--help" or "-h" or "-?");

    public static Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("FewShotAD, the portal. Without a command it starts the web server.");
        foreach (var command in All)
            root.Subcommands.Add(command);
        return root.Parse(args).InvokeAsync();
    }

    /// <summary>Runs <paramref name="work"/> over the installation's services, with its database ready and nothing started.</summary>
    /// <param name="prepares">Whether the database is made and brought up to date; otherwise the work finds it as it is.</param>
    /// <param name="failed">What is returned when something is in its way.</param>
    /// <returns>What the work returns, or <paramref name="failed"/> with the reason on standard error.</returns>
    internal static async Task<int> WithServicesAsync(Func<IServiceProvider, CancellationToken, Task<int>> work, CancellationToken ct, bool prepares = true, int failed = 1)
    {
        try
        {
            var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = ContentRoot.Find() });
            builder.Configuration.AddTrainerPath();
            builder.Host.UseCheckedServices();
            // Standard output is the answer's alone.
            builder.Logging.ClearProviders();
            builder.Services.AddAuthentication();
            builder.Services.AddInfrastructure(builder.Configuration, builder.Environment);
            builder.Services.AddPortalFeatures();
            await using var app = builder.Build();
            await using var scope = app.Services.CreateAsyncScope();
            if (prepares)
                await scope.ServiceProvider.GetRequiredService<DatabasePreparation>().PrepareAsync(ct);
            return await work(scope.ServiceProvider, ct);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return failed;
        }
    }
}
