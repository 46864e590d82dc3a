using System.Reflection;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace FewShotAD.Infrastructure.Tests.Tenancy;

internal sealed record Attack(
    PortalDb Db, IPortalContexts Contexts, TenantId A, TenantId B, IReadOnlyDictionary<Type, object> RowsOfA, IReadOnlyDictionary<Type, object> RowsOfB, CancellationToken Ct)
{
    public PortalDbContext AsB() => Db.ForTenant(B);
}

/// <summary>The columns of the leak matrix: ways in which tenant B tries to see or touch a row of tenant A.</summary>
internal static class LeakOperations
{
    private delegate Task Operation(IEntityType type, Attack attack);

    public static readonly IReadOnlyDictionary<string, string> All = typeof(LeakOperations)
        .GetMethods(BindingFlags.Static | BindingFlags.NonPublic)
        .Where(m => m.Name.StartsWith("Try", StringComparison.Ordinal))
        .ToDictionary(m => m.Name[3..], m => m.Name);

    public static async Task RunAsync(string operation, Type entity, Attack attack)
    {
        await using var context = attack.AsB();
        var type = context.Model.FindEntityType(entity)!;
        var method = typeof(LeakOperations).GetMethod(All[operation], BindingFlags.Static | BindingFlags.NonPublic)!;
        await (Task)method.MakeGenericMethod(entity).Invoke(null, [type, attack])!;
    }

    public static async Task<IReadOnlyList<object>> AllAsync(PortalDbContext context, Type entity, CancellationToken ct)
    {
        var list = typeof(LeakOperations).GetMethod(nameof(ListAsync), BindingFlags.Static | BindingFlags.NonPublic)!.MakeGenericMethod(entity);
        return await (Task<IReadOnlyList<object>>)list.Invoke(null, [context, ct])!;
    }

    private static async Task<IReadOnlyList<object>> ListAsync<T>(PortalDbContext context, CancellationToken ct)
        where T : class => [.. await context.Set<T>().ToListAsync(ct)];

    private static async Task TryQuery<T>(IEntityType type, Attack attack)
        where T : class, ITenantOwned
    {
        await using var context = attack.AsB();
        Assert.All(await context.Set<T>().ToListAsync(attack.Ct), row => Assert.Equal(attack.B, row.TenantId));
        Assert.Empty(await context.Set<T>().Where(row => row.TenantId == attack.A).ToListAsync(attack.Ct));
    }

    private static async Task TryFind<T>(IEntityType type, Attack attack)
        where T : class, ITenantOwned
    {
        await using var context = attack.AsB();
        Assert.Null(await context.Set<T>().FindAsync(KeyOf(type, attack.RowsOfA[typeof(T)]), attack.Ct));
        Assert.NotNull(await context.Set<T>().FindAsync(KeyOf(type, attack.RowsOfB[typeof(T)]), attack.Ct));
    }

    private static async Task TryCount<T>(IEntityType type, Attack attack)
        where T : class, ITenantOwned
    {
        await using var context = attack.AsB();
        Assert.Equal(1, await context.Set<T>().CountAsync(attack.Ct));
        Assert.False(await context.Set<T>().AnyAsync(row => row.TenantId == attack.A, attack.Ct));
    }

    private static async Task TryInclude<T>(IEntityType type, Attack attack)
        where T : class, ITenantOwned
    {
        await using var context = attack.AsB();
        foreach (var navigation in type.GetNavigations())
        {
            await context.Set<T>().Include(navigation.Name).LoadAsync(attack.Ct);
            Assert.All(context.ChangeTracker.Entries<ITenantOwned>(), entry => Assert.Equal(attack.B, entry.Entity.TenantId));
        }
    }

    private static async Task TryUpdateOfAttachedRow<T>(IEntityType type, Attack attack)
        where T : class, ITenantOwned
    {
        await using (var context = attack.AsB())
        {
            context.Attach(attack.RowsOfA[typeof(T)]).State = EntityState.Modified;
            await Assert.ThrowsAsync<TenantViolationException>(() => context.SaveChangesAsync(attack.Ct));
        }

        if (StubOfB<T>(type, attack) is not { } stub)
            return;
        await using var second = attack.AsB();
        second.Attach(stub).State = EntityState.Modified;
        if (IsAppendOnly<T>())
            await Assert.ThrowsAsync<AppendOnlyException>(() => second.SaveChangesAsync(attack.Ct));
        else
            await Assert.ThrowsAsync<DbUpdateConcurrencyException>(() => second.SaveChangesAsync(attack.Ct));
    }

    private static async Task TryDeleteOfStub<T>(IEntityType type, Attack attack)
        where T : class, ITenantOwned
    {
        await using (var context = attack.AsB())
        {
            context.Remove(attack.RowsOfA[typeof(T)]);
            await Assert.ThrowsAsync<TenantViolationException>(() => context.SaveChangesAsync(attack.Ct));
        }

        if (StubOfB<T>(type, attack) is not { } stub)
            return;
        await using var second = attack.AsB();
        second.Remove(stub);
        if (IsAppendOnly<T>())
            await Assert.ThrowsAsync<AppendOnlyException>(() => second.SaveChangesAsync(attack.Ct));
        else
            await Assert.ThrowsAsync<DbUpdateConcurrencyException>(() => second.SaveChangesAsync(attack.Ct));
    }

    private static async Task TryInsertForOtherTenant<T>(IEntityType type, Attack attack)
        where T : class, ITenantOwned
    {
        await using var context = attack.AsB();
        context.Add(EntityFactory.Create(type, attack.A, attack.RowsOfA));
        await Assert.ThrowsAsync<TenantViolationException>(() => context.SaveChangesAsync(attack.Ct));
        Assert.Throws<TenantViolationException>(() => context.SaveChanges());
    }

    private static async Task TryForeignKeyToOtherTenant<T>(IEntityType type, Attack attack)
        where T : class, ITenantOwned
    {
        foreach (var key in type.GetForeignKeys().Where(key => key.Properties.Count > 1))
        {
            var principals = attack.RowsOfB.ToDictionary();
            principals[key.PrincipalEntityType.ClrType] = attack.RowsOfA[key.PrincipalEntityType.ClrType];
            await using var context = attack.AsB();
            context.Add(EntityFactory.Create(type, attack.B, principals));
            await Assert.ThrowsAsync<DbUpdateException>(() => context.SaveChangesAsync(attack.Ct));
        }
    }

    private static async Task TryExecuteUpdate<T>(IEntityType type, Attack attack)
        where T : class, ITenantOwned
    {
        var column = type.GetProperties().First(p => !p.IsPrimaryKey() && !p.IsForeignKey());
        var update = typeof(LeakOperations).GetMethod(nameof(UpdateAsync), BindingFlags.Static | BindingFlags.NonPublic)!
            .MakeGenericMethod(typeof(T), column.ClrType);
        await using var context = attack.AsB();
        if (IsAppendOnly<T>())
        {
            await Assert.ThrowsAsync<AppendOnlyException>(() => (Task<int>)update.Invoke(null, [context.Set<T>(), column.Name, attack.Ct])!);
            return;
        }

        Assert.Equal(1, await (Task<int>)update.Invoke(null, [context.Set<T>(), column.Name, attack.Ct])!);
        Assert.Equal(0, await (Task<int>)update.Invoke(null, [context.Set<T>().Where(r => r.TenantId == attack.A), column.Name, attack.Ct])!);
    }

    private static async Task TryExecuteUpdateOfTenant<T>(IEntityType type, Attack attack)
        where T : class, ITenantOwned
    {
        await using var context = attack.AsB();
        await Assert.ThrowsAsync<TenantViolationException>(
            () => context.Set<T>().ExecuteUpdateAsync(s => s.SetProperty(row => row.TenantId, attack.A), attack.Ct));
        await Assert.ThrowsAsync<TenantViolationException>(
            () => context.Set<T>().ExecuteUpdateAsync(s => s.SetProperty(row => EF.Property<TenantId>(row, "TenantId"), attack.A), attack.Ct));
    }

    private static async Task TryExecuteDelete<T>(IEntityType type, Attack attack)
        where T : class, ITenantOwned
    {
        await using var context = attack.AsB();
        if (IsAppendOnly<T>())
        {
            await Assert.ThrowsAsync<AppendOnlyException>(() => context.Set<T>().ExecuteDeleteAsync(attack.Ct));
            return;
        }

        Assert.Equal(0, await context.Set<T>().Where(row => row.TenantId == attack.A).ExecuteDeleteAsync(attack.Ct));
        Assert.Equal(1, await context.Set<T>().ExecuteDeleteAsync(attack.Ct));
    }

    private static async Task TryChangeOfTenant<T>(IEntityType type, Attack attack)
        where T : class, ITenantOwned
    {
        await using var context = attack.AsB();
        var own = await context.Set<T>().SingleAsync(attack.Ct);
        EntityFactory.Set(own, typeof(T).GetProperty(nameof(ITenantOwned.TenantId))!, attack.A);
        // A key cannot be changed at all; that is found when the change is, or by the guard, whichever looks first.
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => context.SaveChangesAsync(attack.Ct));
        Assert.True(refused is InvalidOperationException or TenantViolationException, refused.ToString());
    }

    private static async Task TryContextOfNobody<T>(IEntityType type, Attack attack)
        where T : class, ITenantOwned
    {
        Assert.Throws<ArgumentException>(() => attack.Db.ForTenant(default));
        var nobody = attack.Contexts.Create(default);
        await using (nobody)
        {
            Assert.Equal(0, await nobody.Set<T>().CountAsync(attack.Ct));
            nobody.Add(EntityFactory.Create(type, default, attack.RowsOfA));
            await Assert.ThrowsAsync<TenantViolationException>(() => nobody.SaveChangesAsync(attack.Ct));
        }
    }

    private static bool IsAppendOnly<T>() => typeof(IAppendOnly).IsAssignableFrom(typeof(T));

    private static async Task<int> UpdateAsync<T, TColumn>(IQueryable<T> rows, string column, CancellationToken ct)
        where T : class =>
        await rows.ExecuteUpdateAsync(s => s.SetProperty(row => EF.Property<TColumn>(row, column), row => EF.Property<TColumn>(row, column)), ct);

    private static object?[] KeyOf(IEntityType type, object row) => [.. type.FindPrimaryKey()!.Properties.Select(p => p.PropertyInfo!.GetValue(row))];

    /// <summary>A row that says it is B's but has the ids of A's; null where the tenant is the whole key.</summary>
    private static object? StubOfB<T>(IEntityType type, Attack attack)
    {
        var key = type.FindPrimaryKey()!.Properties;
        if (key.Count == 1)
            return null;
        var stub = EntityFactory.Create(type, attack.B, attack.RowsOfB);
        foreach (var property in key.Where(p => p.Name != nameof(ITenantOwned.TenantId)))
            EntityFactory.Set(stub, property.PropertyInfo!, property.PropertyInfo!.GetValue(attack.RowsOfA[typeof(T)]));
        return stub;
    }
}
