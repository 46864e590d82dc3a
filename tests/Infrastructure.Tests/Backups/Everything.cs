using FewShotAD.Domain.Common;
using FewShotAD.Domain.Platform;
using FewShotAD.Domain.Queueing;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Tests.Support;
using FewShotAD.Infrastructure.Tests.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace FewShotAD.Infrastructure.Tests.Backups;

/// <summary>All rows of an installation, by the model: a new entity takes part without a word here.</summary>
internal static class Everything
{
    /// <summary>A row of every entity for each tenant, and of every shared one.</summary>
    public static async Task SeedAsync(Installation installation, IReadOnlyList<TenantId> tenants, CancellationToken ct)
    {
        foreach (var tenant in tenants)
            await EntityFactory.SeedAsync(installation.Db, tenant, ct);
        await using var context = installation.Db.ForTenant(tenants[0]);
        var rows = new Dictionary<Type, object>();
        foreach (var type in Shared(context.Model).Where(type => type.ClrType != typeof(QueueTurn)).OrderBy(type => type.GetForeignKeys().Count()))
            context.Add(rows[type.ClrType] = EntityFactory.Create(type, default, rows));
        (await context.QueueTurns.SingleAsync(ct)).Take();
        await context.SaveChangesAsync(ct);
    }

    /// <summary>Each row with all its values, by entity.</summary>
    public static async Task<Dictionary<string, List<string>>> ReadAsync(Installation installation, IReadOnlyList<TenantId> tenants, CancellationToken ct)
    {
        var all = new Dictionary<string, List<string>>();
        foreach (var tenant in tenants)
        {
            await using var context = installation.Db.ForTenant(tenant);
            var types = EntityFactory.OwnedTypes(context.Model).Concat(tenant == tenants[0] ? Shared(context.Model) : []);
            foreach (var type in types)
            {
                var rows = await LeakOperations.AllAsync(context, type.ClrType, ct);
                all.TryAdd(type.ShortName(), []);
                all[type.ShortName()].AddRange(rows.Select(row => $"{EntityFactory.Describe(context, row)};{string.Join(';', type.GetComplexProperties().Select(p => p.PropertyInfo!.GetValue(row)))}"));
            }
        }

        foreach (var rows in all.Values)
            rows.Sort(StringComparer.Ordinal);
        return all;
    }

    /// <summary>What belongs to no tenant, but for the keys: they lie in files with one product.</summary>
    private static IEnumerable<IEntityType> Shared(IModel model) =>
        model.GetEntityTypes().Where(type => !typeof(ITenantOwned).IsAssignableFrom(type.ClrType) && type.ClrType != typeof(ProtectionKey));
}
