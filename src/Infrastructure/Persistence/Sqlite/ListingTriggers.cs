using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Persistence.Sqlite;

/// <summary>
/// What keeps the copies on a result (name, label and type of its image, outcome of its review) equal to what they are copies of. In
/// the database, because a copy made by the program would be wrong for good where an image is relabelled while it is being scored.
/// They are no part of the migrations: one that rebuilds a table would drop them with it, and cannot rename a table that another's
/// trigger mentions. So they are taken off before migrations and put on after.
/// </summary>
internal static class ListingTriggers
{
    // Equal to CountingVerdicts: the newest verdict that stands counts once the review has come to an end.
    private const string Review = """
        UPDATE Results SET (Review, ReviewedBy) = (
            SELECT CASE WHEN i.State IN ('SecondDue', 'Conflict') THEN 'InReview' WHEN i.State = 'Open' OR v.Decision IS NULL THEN 'Unreviewed' ELSE v.Decision END,
                   CASE WHEN i.State IS NULL OR i.State = 'Decided' THEN v.GivenBy END
            FROM (SELECT 1)
            LEFT JOIN ReviewItems i ON i.TenantId = NEW.TenantId AND i.ResultId = NEW.ResultId
            LEFT JOIN ReviewVerdicts v ON v.TenantId = NEW.TenantId AND v.ResultId = NEW.ResultId AND v.Sequence = (
                SELECT MAX(s.Sequence) FROM ReviewVerdicts s WHERE s.TenantId = NEW.TenantId AND s.ResultId = NEW.ResultId AND NOT EXISTS (
                    SELECT 1 FROM VerdictWithdrawals w WHERE w.TenantId = s.TenantId AND w.ResultId = s.ResultId AND w.Sequence = s.Sequence)))
        WHERE TenantId = NEW.TenantId AND Id = NEW.ResultId
        """;

    private static readonly (string Name, string On, string Does)[] All =
    [
        ("listing_scored", "AFTER INSERT ON Results WHEN NEW.ImageName = ''", """
            UPDATE Results SET (ImageName, ImageLabel, ImageDefectType) = (SELECT Name, Label, DefectType FROM Images WHERE TenantId = NEW.TenantId AND Id = NEW.ImageId)
            WHERE rowid = NEW.rowid
            """),
        ("listing_labelled", "AFTER UPDATE OF Name, Label, DefectType ON Images", """
            UPDATE Results SET ImageName = NEW.Name, ImageLabel = NEW.Label, ImageDefectType = NEW.DefectType WHERE TenantId = NEW.TenantId AND ImageId = NEW.Id
            """),
        ("listing_reviewed", "AFTER INSERT ON ReviewItems", Review),
        ("listing_review_changed", "AFTER UPDATE OF State, Decision, Round ON ReviewItems", Review),
        ("listing_judged", "AFTER INSERT ON ReviewVerdicts", Review),
        ("listing_withdrawn", "AFTER INSERT ON VerdictWithdrawals", Review),
    ];

    public static async Task DropAsync(PortalDbContext context, CancellationToken ct)
    {
        foreach (var (name, _, _) in All)
            await RunAsync(context, $"DROP TRIGGER IF EXISTS {name};", ct);
    }

    public static async Task CreateAsync(PortalDbContext context, CancellationToken ct)
    {
        foreach (var (name, on, does) in All)
            await RunAsync(context, $"CREATE TRIGGER IF NOT EXISTS {name} {on} BEGIN {does}; END;", ct);
    }

    /// <param name="sql">From the constants above alone.</param>
    private static async Task RunAsync(PortalDbContext context, string sql, CancellationToken ct)
    {
#pragma warning disable RS0030, EF1002 // A definition, which reads and writes no row; nothing in it comes from outside.
        await context.Database.ExecuteSqlRawAsync(sql, ct);
#pragma warning restore RS0030, EF1002
    }
}
