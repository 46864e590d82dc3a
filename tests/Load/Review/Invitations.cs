using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using Microsoft.Data.Sqlite;

namespace FewShotAD.Load.Review;

/// <summary>Links into the only team of a portal of our own, written beside the page that makes them.</summary>
internal static class Invitations
{
    /// <returns>The token of each link.</returns>
    public static IReadOnlyList<string> Write(string dataDirectory, int count)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(dataDirectory, "portal.db")};Pooling=False;Default Timeout=30");
        connection.Open();
        var (tenant, owner) = Owner(connection);
        return [.. Enumerable.Range(0, count).Select(_ => Write(connection, tenant, owner))];
    }

    private static (TenantId Tenant, UserId Owner) Owner(SqliteConnection connection)
    {
        using var find = connection.CreateCommand();
        find.CommandText = "SELECT TenantId, UserId FROM Memberships";
        using var reader = find.ExecuteReader();
        return reader.Read() ? (new TenantId(reader.GetGuid(0)), new UserId(reader.GetGuid(1))) : throw new InvalidOperationException("Nobody has registered.");
    }

    private static string Write(SqliteConnection connection, TenantId tenant, UserId owner)
    {
        var (invitation, token) = Invitation.Create(tenant, TeamRole.Reviewer, null, null, owner, TimeProvider.System.GetUtcNow()).Value;
        using var insert = connection.CreateCommand();
        insert.CommandText = """
            INSERT INTO Invitations (TenantId, Id, Role, TokenHash, CreatedBy, CreatedAt, ExpiresAt, ConcurrencyStamp)
            VALUES ($tenant, $id, $role, $hash, $by, $at, $until, $stamp)
            """;
        insert.Parameters.AddWithValue("$tenant", tenant.Value);
        insert.Parameters.AddWithValue("$id", invitation.Id.Value);
        insert.Parameters.AddWithValue("$role", invitation.Role.ToString());
        insert.Parameters.AddWithValue("$hash", invitation.TokenHash);
        insert.Parameters.AddWithValue("$by", owner.Value);
        insert.Parameters.AddWithValue("$at", invitation.CreatedAt.UtcTicks);
        insert.Parameters.AddWithValue("$until", invitation.ExpiresAt.UtcTicks);
        insert.Parameters.AddWithValue("$stamp", invitation.ConcurrencyStamp);
        insert.ExecuteNonQuery();
        return token;
    }
}
