using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace FewShotAD.Infrastructure.Persistence.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Lines : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "LineCosts",
                table: "Projects",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Fitted",
                table: "Models",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<int>(
                name: "LineNumber",
                table: "Models",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            // Models of before have the line that training fitted.
            migrationBuilder.Sql("UPDATE Models SET Fitted = Calibration, LineNumber = 1;");

            migrationBuilder.CreateTable(
                name: "LineVersions",
                columns: table => new
                {
                    TenantId = table.Column<Guid>(type: "TEXT", nullable: false),
                    ModelId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Number = table.Column<int>(type: "INTEGER", nullable: false),
                    CertainlyGood = table.Column<double>(type: "REAL", nullable: false),
                    CertainlyDefective = table.Column<double>(type: "REAL", nullable: false),
                    PixelThreshold = table.Column<double>(type: "REAL", nullable: false),
                    Reason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    MadeBy = table.Column<Guid>(type: "TEXT", nullable: true),
                    MadeByName = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    MadeAt = table.Column<long>(type: "INTEGER", nullable: false),
                    Restores = table.Column<int>(type: "INTEGER", nullable: true),
                    Flips = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_LineVersions", x => new { x.TenantId, x.ModelId, x.Number });
                    table.ForeignKey(
                        name: "FK_LineVersions_Models_TenantId_ModelId",
                        columns: x => new { x.TenantId, x.ModelId },
                        principalTable: "Models",
                        principalColumns: new[] { "TenantId", "Id" },
                        onDelete: ReferentialAction.Cascade);
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "LineVersions");

            migrationBuilder.DropColumn(
                name: "LineCosts",
                table: "Projects");

            migrationBuilder.DropColumn(
                name: "Fitted",
                table: "Models");

            migrationBuilder.DropColumn(
                name: "LineNumber",
                table: "Models");
        }
    }
}
