using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace FewShotAD.Infrastructure.Persistence.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Marks : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Results_TenantId_ProjectId",
                table: "Results");

            migrationBuilder.AddColumn<double>(
                name: "FullScore",
                table: "Results",
                type: "REAL",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "IgnoreMark",
                table: "Results",
                type: "TEXT",
                maxLength: 129,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Ignore",
                table: "Images",
                type: "TEXT",
                maxLength: 128,
                nullable: true);

            migrationBuilder.CreateTable(
                name: "Annotations",
                columns: table => new
                {
                    TenantId = table.Column<Guid>(type: "TEXT", nullable: false),
                    ImageId = table.Column<Guid>(type: "TEXT", nullable: false),
                    BaseMask = table.Column<string>(type: "TEXT", maxLength: 128, nullable: true),
                    UseBase = table.Column<bool>(type: "INTEGER", nullable: false),
                    Shapes = table.Column<string>(type: "TEXT", nullable: false),
                    Drawn = table.Column<string>(type: "TEXT", maxLength: 128, nullable: true),
                    Version = table.Column<int>(type: "INTEGER", nullable: false),
                    ChangedBy = table.Column<Guid>(type: "TEXT", nullable: false),
                    ChangedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    NotedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    ConcurrencyStamp = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Annotations", x => new { x.TenantId, x.ImageId });
                    table.ForeignKey(
                        name: "FK_Annotations_Images_TenantId_ImageId",
                        columns: x => new { x.TenantId, x.ImageId },
                        principalTable: "Images",
                        principalColumns: new[] { "TenantId", "Id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "IgnoreRegions",
                columns: table => new
                {
                    TenantId = table.Column<Guid>(type: "TEXT", nullable: false),
                    ProjectId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Width = table.Column<int>(type: "INTEGER", nullable: false),
                    Height = table.Column<int>(type: "INTEGER", nullable: false),
                    Shapes = table.Column<string>(type: "TEXT", nullable: false),
                    Mask = table.Column<string>(type: "TEXT", maxLength: 128, nullable: true),
                    ChangedBy = table.Column<Guid>(type: "TEXT", nullable: false),
                    ChangedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    IsRescoring = table.Column<bool>(type: "INTEGER", nullable: false),
                    WasStopped = table.Column<bool>(type: "INTEGER", nullable: false),
                    Total = table.Column<int>(type: "INTEGER", nullable: false),
                    Done = table.Column<int>(type: "INTEGER", nullable: false),
                    Next = table.Column<Guid>(type: "TEXT", nullable: true),
                    ConcurrencyStamp = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_IgnoreRegions", x => new { x.TenantId, x.ProjectId });
                    table.ForeignKey(
                        name: "FK_IgnoreRegions_Projects_TenantId_ProjectId",
                        columns: x => new { x.TenantId, x.ProjectId },
                        principalTable: "Projects",
                        principalColumns: new[] { "TenantId", "Id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Results_TenantId_ProjectId_Id",
                table: "Results",
                columns: new[] { "TenantId", "ProjectId", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_IgnoreRegions_IsRescoring",
                table: "IgnoreRegions",
                column: "IsRescoring");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "Annotations");

            migrationBuilder.DropTable(
                name: "IgnoreRegions");

            migrationBuilder.DropIndex(
                name: "IX_Results_TenantId_ProjectId_Id",
                table: "Results");

            migrationBuilder.DropColumn(
                name: "FullScore",
                table: "Results");

            migrationBuilder.DropColumn(
                name: "IgnoreMark",
                table: "Results");

            migrationBuilder.DropColumn(
                name: "Ignore",
                table: "Images");

            migrationBuilder.CreateIndex(
                name: "IX_Results_TenantId_ProjectId",
                table: "Results",
                columns: new[] { "TenantId", "ProjectId" });
        }
    }
}
