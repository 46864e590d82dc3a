using FewShotAD.Domain.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Query.SqlExpressions;

namespace FewShotAD.Infrastructure.Persistence.Postgres;

/// <summary>The context with PostgreSQL's column types and migrations.</summary>
internal sealed class PostgresPortalDbContext(DbContextOptions<PostgresPortalDbContext> options, TenantId tenant) : PortalDbContext(options, tenant)
{
    /// <summary>Texts are ordered and compared byte by byte, as SQLite does: a list has one order, whichever database and locale it lies in.</summary>
    private const string ByBytes = "C";

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<string>().UseCollation(ByBytes);
    }

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        NameSearch.Translate(builder, name => new SqlFunctionExpression("lower", [name], nullable: true, [true], typeof(string), name.TypeMapping));
    }
}

/// <summary>For <c>dotnet ef migrations add</c>; the database is never opened.</summary>
internal sealed class PostgresDesignTime : IDesignTimeDbContextFactory<PostgresPortalDbContext>
{
    public PostgresPortalDbContext CreateDbContext(string[] args) => new(PostgresContexts.OptionsFor("Host=design"), default);
}
