using System.Data.Common;
using FewShotAD.Infrastructure.Backups;

namespace FewShotAD.Infrastructure.Persistence;

/// <summary>What reading or filling all tables at once takes of a database product.</summary>
internal interface IWholeDatabase
{
    /// <summary>A transaction in which all that is read is of one moment. It holds nobody up who writes.</summary>
    Task<DbTransaction> ReadOneMomentAsync(DbConnection open, CancellationToken ct);

    /// <summary>
    /// A transaction in which nobody else writes, references may point to rows that come later, and nothing keeps copies up to date: the rows
    /// bring theirs along.
    /// </summary>
    /// <param name="context">With an open connection; it takes part in the transaction.</param>
    Task<DbTransaction> BeginFillingAsync(PortalDbContext context, IReadOnlyList<TableLayout> tables, CancellationToken ct);

    /// <summary>Makes everything as it was before, and numbers that the database gives go on behind those that were filled in. The caller commits.</summary>
    /// <exception cref="DbException">A reference leads nowhere.</exception>
    Task EndFillingAsync(PortalDbContext context, DbTransaction filling, IReadOnlyList<TableLayout> tables, CancellationToken ct);

    /// <summary>What the product itself finds wrong with what it stores; null when nothing is.</summary>
    Task<string?> CheckAsync(DbConnection open, CancellationToken ct);
}
