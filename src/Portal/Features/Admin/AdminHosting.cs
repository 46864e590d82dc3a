using FewShotAD.Portal.Shared;
using Hangfire;
using Microsoft.AspNetCore.Authorization;

namespace FewShotAD.Portal.Features.Admin;

/// <summary>What administrators of the platform have: pages, the queue's dashboard, a download of the platform's trail.</summary>
public static class AdminHosting
{
    public const string JobsPath = "/admin/jobs";

    public static IServiceCollection AddPlatformAdministration(this IServiceCollection services)
    {
        services.AddScoped<PlatformSeat>();
        services.AddScoped<IAuthorizationHandler, AdministratorCheck>();
        services.AddAuthorizationBuilder().AddPolicy(AdministratorNeeded.Policy, policy => policy.RequireAuthenticatedUser().AddRequirements(new AdministratorNeeded()));
        return services;
    }

    public static void MapPlatformAdministration(this IEndpointRouteBuilder routes)
    {
        routes.MapPlatformAuditExport();
        // Looking only: the database is the truth about runs, and what is done to them is done, and recorded, in the portal.
        routes.MapHangfireDashboard(JobsPath, new DashboardOptions
        {
            Authorization = [],
            IsReadOnlyFunc = _ => true,
            DisplayStorageConnectionString = false,
            DashboardTitle = "FewShotAD jobs",
            AppPath = "/admin",
        }).RequireAuthorization(AdministratorNeeded.Policy);
    }
}
