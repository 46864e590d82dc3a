using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Persistence.Postgres;

/// <summary>
/// What keeps the copies on a result equal to what they are copies of: SQLite's triggers for a database with many writers. Each looks
/// only after it has locked the row that another writer would have to change, so that neither of two at once copies what was before.
/// </summary>
internal static class ListingFunctions
{
    // Equal to CountingVerdicts: the newest verdict that stands counts once the review has come to an end.
    private const string Text = """
        SELECT pg_advisory_xact_lock(20261128);

        CREATE OR REPLACE FUNCTION listing_scored() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            SELECT "Name", "Label", "DefectType" INTO NEW."ImageName", NEW."ImageLabel", NEW."ImageDefectType"
            FROM "Images" WHERE "TenantId" = NEW."TenantId" AND "Id" = NEW."ImageId" FOR SHARE;
            RETURN NEW;
        END $$;

        CREATE OR REPLACE FUNCTION listing_labelled() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            UPDATE "Results" SET "ImageName" = NEW."Name", "ImageLabel" = NEW."Label", "ImageDefectType" = NEW."DefectType"
            WHERE "TenantId" = NEW."TenantId" AND "ImageId" = NEW."Id";
            RETURN NULL;
        END $$;

        CREATE OR REPLACE FUNCTION listing_reviewed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM 1 FROM "Results" WHERE "TenantId" = NEW."TenantId" AND "Id" = NEW."ResultId" FOR NO KEY UPDATE;
            UPDATE "Results" SET ("Review", "ReviewedBy") = (
                SELECT CASE WHEN i."State" IN ('SecondDue', 'Conflict') THEN 'InReview' WHEN i."State" = 'Open' OR v."Decision" IS NULL THEN 'Unreviewed' ELSE v."Decision" END,
                       CASE WHEN i."State" IS NULL OR i."State" = 'Decided' THEN v."GivenBy" END
                FROM (SELECT 1) AS one
                LEFT JOIN "ReviewItems" i ON i."TenantId" = NEW."TenantId" AND i."ResultId" = NEW."ResultId"
                LEFT JOIN "ReviewVerdicts" v ON v."TenantId" = NEW."TenantId" AND v."ResultId" = NEW."ResultId" AND v."Sequence" = (
                    SELECT MAX(s."Sequence") FROM "ReviewVerdicts" s WHERE s."TenantId" = NEW."TenantId" AND s."ResultId" = NEW."ResultId" AND NOT EXISTS (
                        SELECT 1 FROM "VerdictWithdrawals" w WHERE w."TenantId" = s."TenantId" AND w."ResultId" = s."ResultId" AND w."Sequence" = s."Sequence")))
            WHERE "TenantId" = NEW."TenantId" AND "Id" = NEW."ResultId";
            RETURN NULL;
        END $$;

        CREATE OR REPLACE TRIGGER listing_scored BEFORE INSERT ON "Results" FOR EACH ROW WHEN (NEW."ImageName" = '') EXECUTE FUNCTION listing_scored();
        CREATE OR REPLACE TRIGGER listing_labelled AFTER UPDATE OF "Name", "Label", "DefectType" ON "Images" FOR EACH ROW EXECUTE FUNCTION listing_labelled();
        CREATE OR REPLACE TRIGGER listing_reviewed AFTER INSERT ON "ReviewItems" FOR EACH ROW EXECUTE FUNCTION listing_reviewed();
        CREATE OR REPLACE TRIGGER listing_review_changed AFTER UPDATE OF "State", "Decision", "Round" ON "ReviewItems" FOR EACH ROW EXECUTE FUNCTION listing_reviewed();
        CREATE OR REPLACE TRIGGER listing_judged AFTER INSERT ON "ReviewVerdicts" FOR EACH ROW EXECUTE FUNCTION listing_reviewed();
        CREATE OR REPLACE TRIGGER listing_withdrawn AFTER INSERT ON "VerdictWithdrawals" FOR EACH ROW EXECUTE FUNCTION listing_reviewed();
        """;

    /// <remarks>One transaction under one lock: nodes that start together do not replace a function under each other.</remarks>
    public static async Task CreateAsync(PortalDbContext context, CancellationToken ct)
    {
        await using var transaction = await context.Database.BeginTransactionAsync(ct);
#pragma warning disable RS0030 // A definition, which reads and writes no row; nothing in it comes from outside.
        await context.Database.ExecuteSqlRawAsync(Text, ct);
#pragma warning restore RS0030
        await transaction.CommitAsync(ct);
    }
}
