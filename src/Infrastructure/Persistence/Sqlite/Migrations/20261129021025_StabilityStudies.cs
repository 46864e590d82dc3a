using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace FewShotAD.Infrastructure.Persistence.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class StabilityStudies : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Measured",
                table: "Runs",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "StudyId",
                table: "Runs",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "StudySet",
                table: "Runs",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "StabilityStudies",
                columns: table => new
                {
                    TenantId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    ProjectId = table.Column<Guid>(type: "TEXT", nullable: false),
                    ModelId = table.Column<Guid>(type: "TEXT", nullable: false),
                    ModelVersion = table.Column<int>(type: "INTEGER", nullable: false),
                    Recipe = table.Column<string>(type: "TEXT", nullable: false),
                    Design = table.Column<string>(type: "TEXT", nullable: false),
                    StartedBy = table.Column<Guid>(type: "TEXT", nullable: false),
                    StartedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    StartKey = table.Column<string>(type: "TEXT", maxLength: 200, nullable: true),
                    StartHash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_StabilityStudies", x => new { x.TenantId, x.Id });
                    table.ForeignKey(
                        name: "FK_StabilityStudies_Projects_TenantId_ProjectId",
                        columns: x => new { x.TenantId, x.ProjectId },
                        principalTable: "Projects",
                        principalColumns: new[] { "TenantId", "Id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Runs_TenantId_StudyId",
                table: "Runs",
                columns: new[] { "TenantId", "StudyId" });

            migrationBuilder.CreateIndex(
                name: "IX_StabilityStudies_TenantId_ProjectId_StartedAt",
                table: "StabilityStudies",
                columns: new[] { "TenantId", "ProjectId", "StartedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_StabilityStudies_TenantId_StartKey",
                table: "StabilityStudies",
                columns: new[] { "TenantId", "StartKey" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "StabilityStudies");

            migrationBuilder.DropIndex(
                name: "IX_Runs_TenantId_StudyId",
                table: "Runs");

            migrationBuilder.DropColumn(
                name: "Measured",
                table: "Runs");

            migrationBuilder.DropColumn(
                name: "StudyId",
                table: "Runs");

            migrationBuilder.DropColumn(
                name: "StudySet",
                table: "Runs");
        }
    }
}
