using System.Globalization;
using System.Linq.Expressions;
using System.Reflection;
using FewShotAD.Domain.Storage;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace FewShotAD.Infrastructure.Storage;

/// <summary>
/// Which blobs a tenant's rows point to. The columns are found in the model: a new entity with a <see cref="BlobKey"/> keeps
/// its blobs without a word here.
/// </summary>
internal static class BlobReferences
{
    private static readonly MethodInfo CollectMethod = typeof(BlobReferences).GetMethod(nameof(CollectAsync), BindingFlags.Static | BindingFlags.NonPublic)!;

    /// <summary>A reference in 17 bytes: kind and half the hash. Two contents that agree in 128 bits would merely both be kept.</summary>
    public static (BlobKind Kind, UInt128 Hash) Of(BlobKey key) =>
        (key.Kind, UInt128.Parse(key.Sha256.AsSpan(0, 32), NumberStyles.HexNumber, CultureInfo.InvariantCulture));

    public static async Task<HashSet<(BlobKind Kind, UInt128 Hash)>> ReadAsync(PortalDbContext context, CancellationToken ct)
    {
        var found = new HashSet<(BlobKind, UInt128)>();
        foreach (var (entity, path) in Columns(context.Model))
            await (Task)CollectMethod.MakeGenericMethod(entity).Invoke(null, [context, path, found, ct])!;
        return found;
    }

    /// <summary>Every column of the model that holds a blob's key, as the members that lead to it.</summary>
    public static IEnumerable<(Type Entity, MemberInfo[] Path)> Columns(IModel model) => model.GetEntityTypes()
        .SelectMany(entity => Within(entity, []).Select(path => (entity.ClrType, path)));

    private static IEnumerable<MemberInfo[]> Within(ITypeBase type, MemberInfo[] above) =>
        type.GetProperties()
            .Where(property => property.ClrType == typeof(BlobKey))
            .Select(property => (MemberInfo[])[.. above, property.PropertyInfo!])
            .Concat(type.GetComplexProperties().SelectMany(inner => Within(inner.ComplexType, [.. above, inner.PropertyInfo!])));

    private static async Task CollectAsync<T>(
        PortalDbContext context, MemberInfo[] path, HashSet<(BlobKind Kind, UInt128 Hash)> found, CancellationToken ct)
        where T : class
    {
        var row = Expression.Parameter(typeof(T), "row");
        var column = path.Aggregate((Expression)row, (from, member) => Expression.Property(from, (PropertyInfo)member));
        var keys = context.Set<T>().AsNoTracking().Select(Expression.Lambda<Func<T, BlobKey?>>(column, row));
        await foreach (var key in keys.AsAsyncEnumerable().WithCancellation(ct))
        {
            if (key is not null)
                found.Add(Of(key));
        }
    }
}
