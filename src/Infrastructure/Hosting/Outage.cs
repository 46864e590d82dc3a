using System.Net.Sockets;
using Azure;
using FewShotAD.Domain.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace FewShotAD.Infrastructure.Hosting;

/// <summary>What the installation stands on and that can be away for a while.</summary>
public enum OutageKind
{
    Database,
    Blobs,
    Disk,
}

/// <summary>Tells a fault of the surroundings, which passes, from a fault of the program, which does not.</summary>
public static class Outage
{
    private const int SqliteFull = 13;
    private const string PostgresDiskFull = "53100";

    /// <returns>Null for anything else.</returns>
    public static OutageKind? Of(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (KindOf(e) is { } kind)
                return kind;
        }

        return null;
    }

    private static OutageKind? KindOf(Exception exception) => exception switch
    {
        SqliteException { SqliteErrorCode: SqliteFull } => OutageKind.Disk,
        PostgresException { SqlState: PostgresDiskFull } => OutageKind.Disk,
        // Shutting down, starting, out of connections; what it says of a statement is not among them.
        PostgresException said => said.SqlState[..2] is "57" or "08" or "53" ? OutageKind.Database : null,
        NpgsqlException { InnerException: SocketException or IOException or TimeoutException } => OutageKind.Database,
        NpgsqlException { IsTransient: true } => OutageKind.Database,
        // 0 is no answer at all.
        RequestFailedException { Status: 0 or 429 or >= 500 } => OutageKind.Blobs,
        AggregateException many when many.InnerExceptions.OfType<RequestFailedException>().Any(e => e.Status is 0 or 429 or >= 500) => OutageKind.Blobs,
        _ when FullDisk.Is(exception) => OutageKind.Disk,
        _ => null,
    };
}
