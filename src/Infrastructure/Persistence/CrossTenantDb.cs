using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Platform;
using FewShotAD.Domain.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace FewShotAD.Infrastructure.Persistence;

/// <summary>
/// Reads across tenants, for sign-in, recovery and sweeping: code that has no tenant yet. The only place where the filter is
/// off. What it opens cannot write: a write goes through <see cref="PortalDb.ForTenant"/> with the tenant that was read.
/// </summary>
public sealed class CrossTenantDb
{
    private readonly IPortalContexts contexts;
    private readonly ILogger<CrossTenantDb> log;

    internal CrossTenantDb(IPortalContexts contexts, ILogger<CrossTenantDb> log) => (this.contexts, this.log) = (contexts, log);

    /// <param name="reason">Why no tenant will do; logged.</param>
    public CrossTenantReader Open(string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        log.LogDebug("Reading across tenants: {Reason}", reason);
        return new CrossTenantReader(contexts.Create(default));
    }
}

/// <summary>Rows of all tenants, untracked.</summary>
public sealed class CrossTenantReader : IAsyncDisposable
{
    private readonly PortalDbContext context;

    internal CrossTenantReader(PortalDbContext context) => this.context = context;

    public IQueryable<PortalUser> Users => context.Users.AsNoTracking();

    public IQueryable<PlatformAdministrator> Administrators => context.PlatformAdministrators.AsNoTracking();

    public IQueryable<PlatformEntry> PlatformAudit => context.PlatformAudit.AsNoTracking();

    public IQueryable<T> Shared<T>()
        where T : class, ISharedAcrossTenants => context.Set<T>().AsNoTracking();

    public IQueryable<T> All<T>()
        where T : class, ITenantOwned
    {
#pragma warning disable RS0030 // This is the marked door that the ban points to.
        return context.Set<T>().IgnoreQueryFilters().AsNoTracking();
#pragma warning restore RS0030
    }

    public ValueTask DisposeAsync() => context.DisposeAsync();
}
