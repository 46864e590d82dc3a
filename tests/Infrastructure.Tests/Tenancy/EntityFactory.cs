using System.Globalization;
using System.Reflection;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Marks;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Registrations;
using FewShotAD.Domain.Scheduling;
using FewShotAD.Domain.Stability;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Domain.Transfers;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace FewShotAD.Infrastructure.Tests.Tenancy;

/// <summary>
/// Makes a row of any tenant-owned entity from the model alone, so that a new entity is in the leak matrix without a word here.
/// A property type without a rule stops the tests.
/// </summary>
internal static class EntityFactory
{
    private static int counter;

    /// <summary>Tenant-owned entities, principals before what points to them.</summary>
    public static IReadOnlyList<IEntityType> OwnedTypes(IModel model)
    {
        var waiting = model.GetEntityTypes().Where(e => typeof(ITenantOwned).IsAssignableFrom(e.ClrType)).ToList();
        var ordered = new List<IEntityType>();
        while (waiting.Count > 0)
        {
            // A key that may be empty is left so where its principal comes later; so what most others point to comes first.
            var next = waiting.Where(e => e.GetForeignKeys().All(f => !f.IsRequired || f.PrincipalEntityType == e || ordered.Contains(f.PrincipalEntityType)))
                .MaxBy(e => waiting.Count(other => other.GetForeignKeys().Any(f => f.PrincipalEntityType == e)))!;
            waiting.Remove(next);
            ordered.Add(next);
        }

        return ordered;
    }

    /// <summary>One row of every entity for a tenant.</summary>
    public static async Task<Dictionary<Type, object>> SeedAsync(PortalDb db, TenantId tenant, CancellationToken ct)
    {
        var rows = new Dictionary<Type, object>();
        await using var context = db.ForTenant(tenant);
        foreach (var type in OwnedTypes(context.Model))
        {
            var row = Create(type, tenant, rows);
            rows[type.ClrType] = row;
            context.Add(row);
        }

        await context.SaveChangesAsync(ct);
        return rows;
    }

    /// <param name="principals">Rows that foreign keys point to.</param>
    public static object Create(IEntityType type, TenantId tenant, IReadOnlyDictionary<Type, object> principals)
    {
        var row = Activator.CreateInstance(type.ClrType, nonPublic: true)!;
        foreach (var property in type.GetProperties())
            Set(row, property.PropertyInfo!, Sample(property.ClrType, tenant, property));
        foreach (var complex in type.GetComplexProperties())
            Set(row, complex.PropertyInfo!, Sample(complex.ClrType, tenant, complex));
        foreach (var key in type.GetForeignKeys())
        {
            for (var i = 0; i < key.Properties.Count; i++)
            {
                if (key.Properties[i].Name != nameof(ITenantOwned.TenantId))
                    Set(row, key.Properties[i].PropertyInfo!, principals.TryGetValue(key.PrincipalEntityType.ClrType, out var principal) ? key.PrincipalKey.Properties[i].PropertyInfo!.GetValue(principal) : null);
            }
        }

        return row;
    }

    public static void Set(object row, PropertyInfo property, object? value) =>
        property.DeclaringType!.GetProperty(property.Name)!.SetValue(row, value);

    /// <summary>All values of a row, for “nothing has changed”.</summary>
    public static string Describe(DbContext context, object row)
    {
        var entry = context.Entry(row);
        return string.Join(';', entry.Metadata.GetProperties().Select(p =>
            $"{p.Name}={p.GetTypeMapping().Converter?.ConvertToProvider(entry.Property(p).CurrentValue) ?? entry.Property(p).CurrentValue}"));
    }

    private static object? Sample(Type type, TenantId tenant, IReadOnlyPropertyBase property)
    {
        var number = Interlocked.Increment(ref counter);
        var hash = number.ToString("x64", CultureInfo.InvariantCulture);
        BlobKey Blob(BlobKind kind) => BlobKey.For(tenant, kind, hash);
        var actual = Nullable.GetUnderlyingType(type) ?? type;
        return actual switch
        {
            _ when actual == typeof(TenantId) => tenant,
            // PostgreSQL fills such a column up with blanks.
            _ when actual == typeof(string) && (property as IReadOnlyProperty)?.IsFixedLength() == true => hash,
            _ when actual == typeof(string) => (property as IReadOnlyProperty)?.GetMaxLength() is < 8 ? $"{number % 100}" : $"text {number}",
            _ when actual == typeof(int) => number,
            _ when actual == typeof(long) => (long)number,
            _ when actual == typeof(double) => number + 0.5,
            _ when actual == typeof(bool) => false,
            _ when actual == typeof(Guid) => Guid.NewGuid(),
            _ when actual == typeof(DateTimeOffset) => DateTimeOffset.UnixEpoch.AddDays(number),
            _ when actual.IsEnum => Enum.GetValues(actual).GetValue(0),
            _ when actual == typeof(BlobKey) => Blob(BlobKind.Map),
            _ when actual == typeof(ImageBlobs) => new ImageBlobs(Blob(BlobKind.Original), Blob(BlobKind.View), Blob(BlobKind.Thumbnail)),
            _ when actual == typeof(IReadOnlyList<ImageId>) => new List<ImageId> { new(Guid.NewGuid()) },
            _ when actual == typeof(IReadOnlyList<Shape>) => new List<Shape> { new(ShapeTool.Box, ShapeLayer.Ignore, [0, 0, number, 1]) },
            _ when actual == typeof(IReadOnlyList<double>) => new List<double> { number + 0.5 },
            _ when actual == typeof(TrainingRecipe) => TrainingRecipe.For(TrainingPreset.Quick),
            _ when actual == typeof(ScheduleRule) => new ScheduleRule(ScheduleTrigger.Cron, "0 2 * * *"),
            _ when actual == typeof(DataSnapshot) => new DataSnapshot([new ImageId(Guid.NewGuid())], [], []),
            _ when actual == typeof(ReproducedVersion) => new ReproducedVersion(Guid.NewGuid(), number, null),
            _ when actual == typeof(StudyDesign) => new StudyDesign([new StudySet(1, [new ImageId(Guid.NewGuid())])], [number], 1, 1, 0, 1, 1),
            _ when actual == typeof(IReadOnlyList<RegistrationPart>) => new List<RegistrationPart> { new(new ProjectId(Guid.NewGuid()), $"part {number}", number) },
            _ when actual == typeof(Calibration) => new Calibration(1, 2, 0, 0, 1),
            _ when actual == typeof(RetentionRule) => new RetentionRule(number, 0, new UserId(Guid.NewGuid())),
            _ when actual == typeof(ModelOrigin) => new ModelOrigin("1.0", "libtorch", new SnapshotFigures(2, 0, 0, number, hash)),
            _ when actual == typeof(LineCosts) => new LineCosts(number, 1, 1),
            _ when actual == typeof(LineFlips) => new LineFlips([new LineFlip(ImageLabel.Normal, Verdict.Normal, Verdict.Defect, number)], []),
            _ when actual == typeof(EvaluationMetrics) => new EvaluationMetrics(1, 1, 0, 0.5, null, null, null),
            _ when actual == typeof(ExportChoice) => new ExportChoice(ExportFormat.Csv),
            _ when actual == typeof(TransferCounts) => new TransferCounts(number),
            _ when actual == typeof(IReadOnlyList<RejectedEntry>) => new List<RejectedEntry> { new($"{number}.png", "damaged") },
            // Ids: a record struct over one Guid.
            _ when actual.IsValueType && actual.GetConstructor([typeof(Guid)]) is { } id => id.Invoke([Guid.NewGuid()]),
            _ => throw new NotSupportedException($"The leak matrix cannot make a {type.Name} for {property.DeclaringType.DisplayName()}.{property.Name}: add a rule to {nameof(EntityFactory)}."),
        };
    }
}
