using System.Reflection;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;

namespace FewShotAD.Infrastructure.Tests.Persistence;

/// <summary>What a migration may do while a node of the previous release works on the same tables: add, and nothing else.</summary>
internal static class ExpansionRule
{
    /// <summary>What of the operations the previous release may stumble over. None for a migration that says it is a contraction.</summary>
    public static IReadOnlyList<string> Judge(Migration migration, ISet<string> newTables) =>
        migration.GetType().GetCustomAttribute<ContractsAttribute>() is not null ? [] : Judge(migration.UpOperations, newTables);

    /// <param name="newTables">Tables that came since the previous release, which knows nothing of them; those that are made are added.</param>
    public static IReadOnlyList<string> Judge(IReadOnlyList<MigrationOperation> operations, ISet<string> newTables)
    {
        newTables.UnionWith(operations.OfType<CreateTableOperation>().Select(table => table.Name));
        var newColumns = operations.OfType<AddColumnOperation>().Select(column => (column.Table, column.Name)).ToHashSet();
        return [.. operations.Select(operation => Judge(operation, newTables, newColumns)).OfType<string>()];
    }

    private static string? Judge(MigrationOperation operation, ISet<string> newTables, HashSet<(string Table, string Name)> newColumns) => operation switch
    {
        ITableMigrationOperation of when newTables.Contains(of.Table) && operation is not DropTableOperation => null,
        CreateTableOperation or DropIndexOperation or CreateIndexOperation { IsUnique: false } => null,
        // Its rows say nothing of what is new, which must be allowed, and alike.
        CreateIndexOperation index when index.Columns.Any(column => newColumns.Contains((index.Table, column))) => null,
        AddForeignKeyOperation key when key.Columns.Any(column => newColumns.Contains((key.Table, column))) => null,
        AddColumnOperation column when column.IsNullable || column.DefaultValue is not null || column.DefaultValueSql is not null || column.ComputedColumnSql is not null => null,
        AddColumnOperation column => $"{column.Table}.{column.Name} is NOT NULL without a default: a row of the previous release has no value for it. Make it nullable, or give it a default.",
        AlterColumnOperation column => Judge(column),
        DropColumnOperation column => $"{column.Table}.{column.Name} is dropped, and the previous release reads and writes it. Stop using it, release, and drop it in the next.",
        RenameColumnOperation column => $"{column.Table}.{column.Name} is renamed, and the previous release knows the old name. Add the new one, write both, drop the old one a release later.",
        DropTableOperation table => $"{table.Name} is dropped, and the previous release reads and writes it.",
        RenameTableOperation table => $"{table.Name} is renamed, and the previous release knows the old name.",
        SqlOperation => "Raw SQL cannot be judged here: mark the migration with [Contracts] and say why the previous release stands it.",
        _ => $"{operation.GetType().Name} may refuse what the previous release writes: mark the migration with [Contracts] and say why it does not.",
    };

    private static string? Judge(AlterColumnOperation column)
    {
        var old = column.OldColumn;
        var narrower = (old.IsNullable && !column.IsNullable)
            || column.MaxLength is { } now && (old.MaxLength is null || now < old.MaxLength)
            || (old.DefaultValue ?? old.DefaultValueSql) is not null && (column.DefaultValue ?? column.DefaultValueSql) is null && !column.IsNullable
            || old.ClrType != column.ClrType;
        return narrower ? $"{column.Table}.{column.Name} takes less than before, and the previous release writes what it took." : null;
    }
}
