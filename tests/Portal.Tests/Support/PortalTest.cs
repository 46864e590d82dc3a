using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Portal.Shared;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Portal.Tests.Support;

/// <summary>A test in the portal with a fresh team and a scope of services, as a request or circuit has one.</summary>
public abstract class PortalTest(PortalHost host) : IAsyncLifetime
{
    private AsyncServiceScope scope;

    protected PortalHost Host { get; } = host;

    /// <summary>The team that the test works in.</summary>
    internal TeamAtWork Team { get; private set; } = null!;

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync()
    {
        scope = Host.Services.CreateAsyncScope();
        Team = await NewTeamAsync();
    }

    protected T Get<T>()
        where T : notnull => scope.ServiceProvider.GetRequiredService<T>();

    internal async Task<TeamAtWork> NewTeamAsync()
    {
        var tenant = Tenant.Create($"Team {Guid.NewGuid():N}", Host.Time.Now).Value;
        await using var context = Host.Db.ForTenant(tenant.TenantId);
        context.Tenants.Add(tenant);
        await context.SaveChangesAsync(Ct);
        return new TeamAtWork(Host, scope.ServiceProvider, new Actor(tenant.TenantId, new UserId(Guid.NewGuid()), TeamRole.Owner));
    }

    public virtual async ValueTask DisposeAsync()
    {
        await scope.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
