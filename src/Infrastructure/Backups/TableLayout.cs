using FewShotAD.Domain.Platform;
using FewShotAD.Domain.Queueing;
using FewShotAD.Domain.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace FewShotAD.Infrastructure.Backups;

/// <summary>What a column holds, whatever the database product calls it.</summary>
internal enum ColumnKind
{
    Uuid,
    Text,
    Int32,
    Int64,
    Bool,
    Double,
}

/// <param name="IsBlob">Whether the text is a blob's key.</param>
internal sealed record ColumnLayout(string Name, ColumnKind Kind, bool IsBlob);

/// <param name="Columns">Of the dependent table, in the order of <paramref name="PrincipalColumns"/>.</param>
/// <param name="IsForward">Whether the row that is pointed to may be filled in later: its table comes later, or is this one.</param>
internal sealed record Reference(string Name, IReadOnlyList<string> Columns, string Principal, IReadOnlyList<string> PrincipalColumns, bool IsForward);

/// <summary>
/// A table as the model has it. Tables, columns and references are found there: a new entity is in backups and in checks without a word
/// here. The keys that protect secrets go their own way (<see cref="KeyRing"/>): they lie in a table with one product and in files with the other.
/// </summary>
/// <param name="IsFilledByItself">Whether the program has rows in it before anybody has used it.</param>
internal sealed record TableLayout(string Name, IReadOnlyList<ColumnLayout> Columns, IReadOnlyList<Reference> References, bool IsFilledByItself)
{
    private static readonly Type[] FilledByItself = [typeof(QueueTurn), typeof(WorkerNode)];

    /// <summary>Every name of the model in the way that both products take.</summary>
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public static string Quote(IEnumerable<string> names) => string.Join(", ", names.Select(Quote));

    /// <summary>All tables, those that are pointed to before those that point to them, as far as that goes: a project points to its model, and a model to its project.</summary>
    public static IReadOnlyList<TableLayout> Of(IModel model)
    {
        var waiting = model.GetRelationalModel().Tables.Where(table => !Is(table, typeof(ProtectionKey))).OrderBy(table => table.Name, StringComparer.Ordinal).ToList();
        var ordered = new List<ITable>();
        while (waiting.Count > 0)
        {
            var next = waiting.First(table => table.ForeignKeyConstraints.All(key =>
                key.PrincipalTable == table || ordered.Contains(key.PrincipalTable) || key.Columns.Any(column => column.IsNullable)));
            waiting.Remove(next);
            ordered.Add(next);
        }

        return [.. ordered.Select((table, place) => new TableLayout(
            table.Name,
            [.. table.Columns.Select(Layout)],
            [.. table.ForeignKeyConstraints.Select(key => new Reference(
                key.Name, [.. key.Columns.Select(column => column.Name)], key.PrincipalTable.Name, [.. key.PrincipalColumns.Select(column => column.Name)],
                ordered.IndexOf(key.PrincipalTable) >= place))],
            FilledByItself.Any(entity => Is(table, entity))))];
    }

    private static bool Is(ITable table, Type entity) => table.EntityTypeMappings.Any(mapping => mapping.TypeBase.ClrType == entity);

    private static ColumnLayout Layout(IColumn column)
    {
        var property = column.PropertyMappings[0].Property;
        var mapping = property.GetTypeMapping();
        var stored = mapping.Converter?.ProviderClrType ?? mapping.ClrType;
        var kind = (Nullable.GetUnderlyingType(stored) ?? stored) switch
        {
            var type when type == typeof(Guid) => ColumnKind.Uuid,
            var type when type == typeof(string) => ColumnKind.Text,
            var type when type == typeof(int) => ColumnKind.Int32,
            var type when type == typeof(long) => ColumnKind.Int64,
            var type when type == typeof(bool) => ColumnKind.Bool,
            var type when type == typeof(double) => ColumnKind.Double,
            var type => throw new NotSupportedException($"Backups have no rule for a {type.Name} in {column.Table.Name}.{column.Name}: add one to {nameof(ColumnKind)}."),
        };
        return new ColumnLayout(column.Name, kind, property.ClrType == typeof(BlobKey));
    }
}
