using FewShotAD.Domain.Common;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Persistence;

/// <summary>Makes contexts for one database product; everything specific to a product lies behind this.</summary>
internal interface IPortalContexts
{
    /// <param name="tenant">The empty id gives a context that sees and writes shared rows only.</param>
    PortalDbContext Create(TenantId tenant);

    /// <summary>Brings the database to this version's tables, and to the copies that it keeps by itself.</summary>
    Task MigrateAsync(CancellationToken ct);

    /// <summary>For backups, which read and fill all tables.</summary>
    IWholeDatabase Whole { get; }
}

/// <summary>
/// The way to the database: a new context per operation, bound to a tenant. The caller disposes it; never keep one in a field
/// of a component or across a render.
/// </summary>
public sealed class PortalDb
{
    private const int ChangeTries = 8;

    private readonly IPortalContexts contexts;

    internal PortalDb(IPortalContexts contexts) => this.contexts = contexts;

    /// <exception cref="ArgumentException">The tenant is empty: there is no “no tenant”.</exception>
    public PortalDbContext ForTenant(TenantId tenant) => tenant == default
        ? throw new ArgumentException("A context needs a tenant.", nameof(tenant))
        : contexts.Create(tenant);

    /// <summary>
    /// Saves a change that others may be making at the same time: a worker writes its run's row all the while. Where theirs came
    /// first, or took the number or name that this one wanted, it is made again on the rows as they are then.
    /// </summary>
    /// <param name="change">Reads what it changes from the context it is given; one that fails saves nothing.</param>
    public async Task<Result<T>> ChangeAsync<T>(TenantId tenant, Func<PortalDbContext, Task<Result<T>>> change, CancellationToken ct)
    {
        for (var tried = 1; ; tried++)
        {
            await using var context = ForTenant(tenant);
            var changed = await change(context);
            if (!changed.Succeeded)
                return changed;
            try
            {
                await context.SaveChangesAsync(ct);
                return changed;
            }
            catch (DbUpdateException) when (tried < ChangeTries)
            {
                // Changed, taken or deleted by somebody else between reading and writing: the next look tells which.
            }
        }
    }

    /// <inheritdoc cref="ChangeAsync{T}"/>
    public async Task<Result> ChangeAsync(TenantId tenant, Func<PortalDbContext, Task<Result>> change, CancellationToken ct)
    {
        var changed = await ChangeAsync<bool>(tenant, async context => (await change(context)).Error is { } error ? error : true, ct);
        return changed.Succeeded ? Result.Ok : changed.Error;
    }
}
