using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace FewShotAD.Infrastructure.Persistence.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Rest : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "ConcurrencyStamp",
                table: "Projects",
                type: "TEXT",
                nullable: false,
                defaultValue: new Guid("00000000-0000-0000-0000-000000000000"));

            migrationBuilder.AddColumn<Guid>(
                name: "PublishedModelId",
                table: "Projects",
                type: "TEXT",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "RememberedStarts",
                columns: table => new
                {
                    TenantId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Key = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    RequestHash = table.Column<string>(type: "TEXT", fixedLength: true, maxLength: 64, nullable: false),
                    RunId = table.Column<Guid>(type: "TEXT", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RememberedStarts", x => new { x.TenantId, x.Key });
                    table.ForeignKey(
                        name: "FK_RememberedStarts_Runs_TenantId_RunId",
                        columns: x => new { x.TenantId, x.RunId },
                        principalTable: "Runs",
                        principalColumns: new[] { "TenantId", "Id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "ReviewVerdicts",
                columns: table => new
                {
                    TenantId = table.Column<Guid>(type: "TEXT", nullable: false),
                    ResultId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Sequence = table.Column<int>(type: "INTEGER", nullable: false),
                    Decision = table.Column<string>(type: "TEXT", maxLength: 24, nullable: false),
                    DefectType = table.Column<string>(type: "TEXT", maxLength: 60, nullable: true),
                    Comment = table.Column<string>(type: "TEXT", maxLength: 2000, nullable: true),
                    ModelSaid = table.Column<string>(type: "TEXT", maxLength: 24, nullable: false),
                    Score = table.Column<double>(type: "REAL", nullable: false),
                    GivenBy = table.Column<Guid>(type: "TEXT", nullable: false),
                    GivenAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ReviewVerdicts", x => new { x.TenantId, x.ResultId, x.Sequence });
                    table.ForeignKey(
                        name: "FK_ReviewVerdicts_Results_TenantId_ResultId",
                        columns: x => new { x.TenantId, x.ResultId },
                        principalTable: "Results",
                        principalColumns: new[] { "TenantId", "Id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Projects_TenantId_PublishedModelId",
                table: "Projects",
                columns: new[] { "TenantId", "PublishedModelId" });

            migrationBuilder.CreateIndex(
                name: "IX_Images_TenantId_ProjectId_UploadedAt",
                table: "Images",
                columns: new[] { "TenantId", "ProjectId", "UploadedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_RememberedStarts_TenantId_At",
                table: "RememberedStarts",
                columns: new[] { "TenantId", "At" });

            migrationBuilder.CreateIndex(
                name: "IX_RememberedStarts_TenantId_RunId",
                table: "RememberedStarts",
                columns: new[] { "TenantId", "RunId" });

            migrationBuilder.AddForeignKey(
                name: "FK_Projects_Models_TenantId_PublishedModelId",
                table: "Projects",
                columns: new[] { "TenantId", "PublishedModelId" },
                principalTable: "Models",
                principalColumns: new[] { "TenantId", "Id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "FK_Projects_Models_TenantId_PublishedModelId",
                table: "Projects");

            migrationBuilder.DropTable(
                name: "RememberedStarts");

            migrationBuilder.DropTable(
                name: "ReviewVerdicts");

            migrationBuilder.DropIndex(
                name: "IX_Projects_TenantId_PublishedModelId",
                table: "Projects");

            migrationBuilder.DropIndex(
                name: "IX_Images_TenantId_ProjectId_UploadedAt",
                table: "Images");

            migrationBuilder.DropColumn(
                name: "ConcurrencyStamp",
                table: "Projects");

            migrationBuilder.DropColumn(
                name: "PublishedModelId",
                table: "Projects");
        }
    }
}
