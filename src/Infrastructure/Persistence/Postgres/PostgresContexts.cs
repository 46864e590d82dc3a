using FewShotAD.Domain.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace FewShotAD.Infrastructure.Persistence.Postgres;

/// <summary>Contexts over one PostgreSQL database. The options are made once, so that all contexts share one compiled model.</summary>
internal sealed class PostgresContexts(string connection) : IPortalContexts
{
    // One instance each for the process: EF keeps a service provider, and with it a compiled model, per set of interceptors.
    private static readonly IInterceptor[] Interceptors = [new TenantIsFixed()];

    private readonly DbContextOptions<PostgresPortalDbContext> options = OptionsFor(connection);

    public PortalDbContext Create(TenantId tenant) => new PostgresPortalDbContext(options, tenant);

    public async Task MigrateAsync(CancellationToken ct)
    {
        await using var context = Create(default);
        await context.Database.MigrateAsync(ct);
        await ListingFunctions.CreateAsync(context, ct);
    }

    /// <remarks>Nothing is retried behind the code's back: who saves beside others does so with <see cref="PortalDb.ChangeAsync{T}"/>.</remarks>
    public static DbContextOptions<PostgresPortalDbContext> OptionsFor(string connection) =>
        new DbContextOptionsBuilder<PostgresPortalDbContext>().UseNpgsql(connection).AddInterceptors(Interceptors).Options;
}
