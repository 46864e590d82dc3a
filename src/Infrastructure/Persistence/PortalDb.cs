using FewShotAD.Domain.Common;

namespace FewShotAD.Infrastructure.Persistence;

/// <summary>Makes contexts for one database product; everything specific to a product lies behind this.</summary>
internal interface IPortalContexts
{
    /// <param name="tenant">The empty id gives a context that sees and writes shared rows only.</param>
    PortalDbContext Create(TenantId tenant);
}

/// <summary>
/// The way to the database: a new context per operation, bound to a tenant. The caller disposes it; never keep one in a field
/// of a component or across a render.
/// </summary>
public sealed class PortalDb
{
    private readonly IPortalContexts contexts;

    internal PortalDb(IPortalContexts contexts) => this.contexts = contexts;

    /// <exception cref="ArgumentException">The tenant is empty: there is no “no tenant”.</exception>
    public PortalDbContext ForTenant(TenantId tenant) => tenant == default
        ? throw new ArgumentException("A context needs a tenant.", nameof(tenant))
        : contexts.Create(tenant);
}
