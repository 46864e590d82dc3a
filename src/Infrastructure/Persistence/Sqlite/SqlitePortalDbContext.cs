using FewShotAD.Domain.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace FewShotAD.Infrastructure.Persistence.Sqlite;

/// <summary>The context with SQLite's column types and migrations.</summary>
internal sealed class SqlitePortalDbContext(DbContextOptions<SqlitePortalDbContext> options, TenantId tenant) : PortalDbContext(options, tenant)
{
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        NameSearch.Translate(builder, name => name); // its LIKE does not look at capitals
    }
}

/// <summary>For <c>dotnet ef migrations add</c>; the file is never opened.</summary>
internal sealed class SqliteDesignTime : IDesignTimeDbContextFactory<SqlitePortalDbContext>
{
    public SqlitePortalDbContext CreateDbContext(string[] args) => new(SqliteContexts.OptionsFor("design.db"), default);
}
