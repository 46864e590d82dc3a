using System.Reflection;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Tests.Support;

/// <summary>All that the database holds of a team, as text, for “nothing has changed”.</summary>
internal static class TenantRows
{
    /// <param name="but">An entity to leave out.</param>
    public static async Task<string> DescribeAsync(TeamAtWork team, CancellationToken ct, Type? but = null)
    {
        await using var context = team.Open();
        var rows = new List<string>();
        foreach (var type in context.Model.GetEntityTypes().Where(e => typeof(ITenantOwned).IsAssignableFrom(e.ClrType) && e.ClrType != but))
        {
            var read = typeof(TenantRows).GetMethod(nameof(ReadAsync), BindingFlags.Static | BindingFlags.NonPublic)!.MakeGenericMethod(type.ClrType);
            rows.AddRange(await (Task<List<string>>)read.Invoke(null, [context, ct])!);
        }

        return string.Join('\n', rows.Order(StringComparer.Ordinal));
    }

    private static async Task<List<string>> ReadAsync<T>(PortalDbContext context, CancellationToken ct)
        where T : class
    {
        var rows = await context.Set<T>().AsNoTracking().ToListAsync(ct);
        return [.. rows.Select(row => $"{typeof(T).Name}: {string.Join("; ", typeof(T).GetProperties().Select(p => $"{p.Name}={p.GetValue(row)}"))}")];
    }
}
