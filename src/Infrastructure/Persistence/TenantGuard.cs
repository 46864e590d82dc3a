using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Conventions;

namespace FewShotAD.Infrastructure.Persistence;

/// <summary>A write would have touched another tenant's row. It is a bug in the caller, never an answer to a user.</summary>
public sealed class TenantViolationException(string message) : Exception(message);

/// <summary>A row that only ever is added was to be changed or deleted: a bug in the caller as well.</summary>
public sealed class AppendOnlyException(string entity) : Exception($"A {entity} is never changed or deleted after it was added.");

/// <summary>Query filters guard reads only; this guards writes, and the model against entities that belong to nobody.</summary>
internal static class TenantGuard
{
    /// <summary>Tables that Identity brings along and that cannot carry the marker. Nothing else may be listed here.</summary>
    private static readonly HashSet<Type> SharedByIdentity =
    [
        typeof(IdentityUserClaim<Guid>),
        typeof(IdentityUserLogin<Guid>),
        typeof(IdentityUserToken<Guid>),
    ];

    public static void Check(PortalDbContext context)
    {
        foreach (var entry in context.ChangeTracker.Entries<ITenantOwned>())
        {
            if (entry.State is EntityState.Unchanged or EntityState.Detached)
                continue;
            var property = entry.Property(nameof(ITenantOwned.TenantId));
            var (now, before) = ((TenantId)property.CurrentValue!, (TenantId)property.OriginalValue!);
            if (context.Tenant == default || now != context.Tenant || before != context.Tenant)
            {
                throw new TenantViolationException(
                    $"A context of tenant {context.Tenant} must not write a {entry.Metadata.DisplayName()} of tenant {(now == context.Tenant ? before : now)}.");
            }
        }

        foreach (var entry in context.ChangeTracker.Entries<IAppendOnly>())
        {
            if (entry.State is EntityState.Modified or EntityState.Deleted)
                throw new AppendOnlyException(entry.Metadata.DisplayName());
        }
    }

    /// <exception cref="InvalidOperationException">An entity is neither owned nor shared, or its key leaves the tenant out.</exception>
    public static void CheckModel(IReadOnlyModel model)
    {
        foreach (var entity in model.GetEntityTypes())
        {
            var owned = typeof(ITenantOwned).IsAssignableFrom(entity.ClrType);
            var shared = typeof(ISharedAcrossTenants).IsAssignableFrom(entity.ClrType) || SharedByIdentity.Contains(entity.ClrType);
            if (owned == shared)
                throw new InvalidOperationException($"{entity.DisplayName()} must be ITenantOwned or ISharedAcrossTenants, and not both.");
            if (!owned)
                continue;
            // As part of the key the tenant is in the WHERE of every update and delete, original value included: a stub with
            // another tenant's row id matches nothing. A key that omits it would open that door again.
            if (entity.FindPrimaryKey()?.Properties[0].Name != nameof(ITenantOwned.TenantId))
                throw new InvalidOperationException($"The primary key of {entity.DisplayName()} must begin with TenantId.");
            foreach (var key in entity.GetForeignKeys().Where(key => typeof(ITenantOwned).IsAssignableFrom(key.PrincipalEntityType.ClrType)))
            {
                if (key.Properties[0].Name != nameof(ITenantOwned.TenantId))
                    throw new InvalidOperationException($"A foreign key of {entity.DisplayName()} must begin with TenantId.");
            }
        }
    }
}

/// <summary>Checks the finished model: while it is built it still holds types that turn out to be columns.</summary>
internal sealed class TenancyConvention : IModelFinalizedConvention
{
    public IModel ProcessModelFinalized(IModel model)
    {
        TenantGuard.CheckModel(model);
        return model;
    }
}
