using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace FewShotAD.Infrastructure.Persistence.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class ResultListing : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Results_TenantId_ModelId_Score_Id",
                table: "Results");

            migrationBuilder.DropIndex(
                name: "IX_Images_TenantId_ProjectId_Name",
                table: "Images");

            migrationBuilder.DropIndex(
                name: "IX_Images_TenantId_ProjectId_Split_Name",
                table: "Images");

            migrationBuilder.DropIndex(
                name: "IX_Images_TenantId_ProjectId_UploadedAt",
                table: "Images");

            migrationBuilder.AddColumn<string>(
                name: "ImageDefectType",
                table: "Results",
                type: "TEXT",
                maxLength: 60,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "ImageLabel",
                table: "Results",
                type: "TEXT",
                maxLength: 24,
                nullable: false,
                defaultValue: "Unknown");

            migrationBuilder.AddColumn<string>(
                name: "ImageName",
                table: "Results",
                type: "TEXT",
                maxLength: 260,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "Review",
                table: "Results",
                type: "TEXT",
                maxLength: 24,
                nullable: false,
                defaultValue: "Unreviewed");

            migrationBuilder.AddColumn<Guid>(
                name: "ReviewedBy",
                table: "Results",
                type: "TEXT",
                nullable: true);

            // Before the indexes are there: rows of older versions get their copies in one pass each.
            migrationBuilder.Sql(
                """
                UPDATE Results SET (ImageName, ImageLabel, ImageDefectType) =
                    (SELECT i.Name, i.Label, i.DefectType FROM Images i WHERE i.TenantId = Results.TenantId AND i.Id = Results.ImageId);
                UPDATE Results SET (Review, ReviewedBy) = (
                    SELECT CASE WHEN i.State IN ('SecondDue', 'Conflict') THEN 'InReview' WHEN i.State = 'Open' OR v.Decision IS NULL THEN 'Unreviewed' ELSE v.Decision END,
                           CASE WHEN i.State IS NULL OR i.State = 'Decided' THEN v.GivenBy END
                    FROM (SELECT 1)
                    LEFT JOIN ReviewItems i ON i.TenantId = Results.TenantId AND i.ResultId = Results.Id
                    LEFT JOIN ReviewVerdicts v ON v.TenantId = Results.TenantId AND v.ResultId = Results.Id AND v.Sequence = (
                        SELECT MAX(s.Sequence) FROM ReviewVerdicts s WHERE s.TenantId = Results.TenantId AND s.ResultId = Results.Id AND NOT EXISTS (
                            SELECT 1 FROM VerdictWithdrawals w WHERE w.TenantId = s.TenantId AND w.ResultId = s.ResultId AND w.Sequence = s.Sequence)))
                WHERE EXISTS (SELECT 1 FROM ReviewItems i WHERE i.TenantId = Results.TenantId AND i.ResultId = Results.Id)
                   OR EXISTS (SELECT 1 FROM ReviewVerdicts v WHERE v.TenantId = Results.TenantId AND v.ResultId = Results.Id);
                """);

            migrationBuilder.CreateIndex(
                name: "IX_Results_ByName",
                table: "Results",
                columns: new[] { "TenantId", "ModelId", "ImageName", "Id", "Score", "Review", "ReviewedBy", "ImageLabel", "ImageDefectType", "ScoredAt" });

            migrationBuilder.CreateIndex(
                name: "IX_Results_ByScore",
                table: "Results",
                columns: new[] { "TenantId", "ModelId", "Score", "Id", "Review", "ReviewedBy", "ImageLabel", "ImageDefectType", "ScoredAt", "ImageName" });

            migrationBuilder.CreateIndex(
                name: "IX_Results_ByTime",
                table: "Results",
                columns: new[] { "TenantId", "ModelId", "ScoredAt", "Id", "Score", "Review", "ReviewedBy", "ImageLabel", "ImageDefectType", "ImageName" });

            migrationBuilder.CreateIndex(
                name: "IX_Images_ByName",
                table: "Images",
                columns: new[] { "TenantId", "ProjectId", "Name", "Id", "Split", "Label", "DefectType" });

            migrationBuilder.CreateIndex(
                name: "IX_Images_BySplit",
                table: "Images",
                columns: new[] { "TenantId", "ProjectId", "Split", "Name", "Id", "Label", "DefectType" });

            migrationBuilder.CreateIndex(
                name: "IX_Images_ByTime",
                table: "Images",
                columns: new[] { "TenantId", "ProjectId", "UploadedAt", "Id", "Split", "Label", "DefectType", "Name" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Results_ByName",
                table: "Results");

            migrationBuilder.DropIndex(
                name: "IX_Results_ByScore",
                table: "Results");

            migrationBuilder.DropIndex(
                name: "IX_Results_ByTime",
                table: "Results");

            migrationBuilder.DropIndex(
                name: "IX_Images_ByName",
                table: "Images");

            migrationBuilder.DropIndex(
                name: "IX_Images_BySplit",
                table: "Images");

            migrationBuilder.DropIndex(
                name: "IX_Images_ByTime",
                table: "Images");

            migrationBuilder.DropColumn(
                name: "ImageDefectType",
                table: "Results");

            migrationBuilder.DropColumn(
                name: "ImageLabel",
                table: "Results");

            migrationBuilder.DropColumn(
                name: "ImageName",
                table: "Results");

            migrationBuilder.DropColumn(
                name: "Review",
                table: "Results");

            migrationBuilder.DropColumn(
                name: "ReviewedBy",
                table: "Results");

            migrationBuilder.CreateIndex(
                name: "IX_Results_TenantId_ModelId_Score_Id",
                table: "Results",
                columns: new[] { "TenantId", "ModelId", "Score", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Images_TenantId_ProjectId_Name",
                table: "Images",
                columns: new[] { "TenantId", "ProjectId", "Name" });

            migrationBuilder.CreateIndex(
                name: "IX_Images_TenantId_ProjectId_Split_Name",
                table: "Images",
                columns: new[] { "TenantId", "ProjectId", "Split", "Name" });

            migrationBuilder.CreateIndex(
                name: "IX_Images_TenantId_ProjectId_UploadedAt",
                table: "Images",
                columns: new[] { "TenantId", "ProjectId", "UploadedAt" });
        }
    }
}
