using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace FewShotAD.Infrastructure.Persistence.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Review : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "ClientId",
                table: "ReviewVerdicts",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Pass",
                table: "ReviewVerdicts",
                type: "TEXT",
                maxLength: 24,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<int>(
                name: "Round",
                table: "ReviewVerdicts",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<double>(
                name: "Seconds",
                table: "ReviewVerdicts",
                type: "REAL",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "SecondReviewShare",
                table: "Projects",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<bool>(
                name: "SecondReviewUncertain",
                table: "Projects",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.CreateTable(
                name: "ReviewItems",
                columns: table => new
                {
                    TenantId = table.Column<Guid>(type: "TEXT", nullable: false),
                    ResultId = table.Column<Guid>(type: "TEXT", nullable: false),
                    ModelId = table.Column<Guid>(type: "TEXT", nullable: false),
                    State = table.Column<string>(type: "TEXT", maxLength: 24, nullable: false),
                    Round = table.Column<int>(type: "INTEGER", nullable: false),
                    FirstBy = table.Column<Guid>(type: "TEXT", nullable: true),
                    SecondBy = table.Column<Guid>(type: "TEXT", nullable: true),
                    Decision = table.Column<string>(type: "TEXT", maxLength: 24, nullable: true),
                    DefectType = table.Column<string>(type: "TEXT", maxLength: 60, nullable: true),
                    AssignedTo = table.Column<Guid>(type: "TEXT", nullable: true),
                    AcceptedBy = table.Column<Guid>(type: "TEXT", nullable: true),
                    AcceptedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    ReopenReason = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    ConcurrencyStamp = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ReviewItems", x => new { x.TenantId, x.ResultId });
                    table.ForeignKey(
                        name: "FK_ReviewItems_Models_TenantId_ModelId",
                        columns: x => new { x.TenantId, x.ModelId },
                        principalTable: "Models",
                        principalColumns: new[] { "TenantId", "Id" },
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_ReviewItems_Results_TenantId_ResultId",
                        columns: x => new { x.TenantId, x.ResultId },
                        principalTable: "Results",
                        principalColumns: new[] { "TenantId", "Id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "ReviewLeases",
                columns: table => new
                {
                    TenantId = table.Column<Guid>(type: "TEXT", nullable: false),
                    ResultId = table.Column<Guid>(type: "TEXT", nullable: false),
                    UserId = table.Column<Guid>(type: "TEXT", nullable: false),
                    TakenAt = table.Column<long>(type: "INTEGER", nullable: false),
                    Until = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ReviewLeases", x => new { x.TenantId, x.ResultId });
                    table.ForeignKey(
                        name: "FK_ReviewLeases_Results_TenantId_ResultId",
                        columns: x => new { x.TenantId, x.ResultId },
                        principalTable: "Results",
                        principalColumns: new[] { "TenantId", "Id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "VerdictWithdrawals",
                columns: table => new
                {
                    TenantId = table.Column<Guid>(type: "TEXT", nullable: false),
                    ResultId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Sequence = table.Column<int>(type: "INTEGER", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_VerdictWithdrawals", x => new { x.TenantId, x.ResultId, x.Sequence });
                    table.ForeignKey(
                        name: "FK_VerdictWithdrawals_ReviewVerdicts_TenantId_ResultId_Sequence",
                        columns: x => new { x.TenantId, x.ResultId, x.Sequence },
                        principalTable: "ReviewVerdicts",
                        principalColumns: new[] { "TenantId", "ResultId", "Sequence" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_ReviewVerdicts_TenantId_ClientId",
                table: "ReviewVerdicts",
                columns: new[] { "TenantId", "ClientId" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_ReviewVerdicts_TenantId_GivenBy_GivenAt",
                table: "ReviewVerdicts",
                columns: new[] { "TenantId", "GivenBy", "GivenAt" });

            migrationBuilder.CreateIndex(
                name: "IX_ReviewItems_TenantId_ModelId_State",
                table: "ReviewItems",
                columns: new[] { "TenantId", "ModelId", "State" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "ReviewItems");

            migrationBuilder.DropTable(
                name: "ReviewLeases");

            migrationBuilder.DropTable(
                name: "VerdictWithdrawals");

            migrationBuilder.DropIndex(
                name: "IX_ReviewVerdicts_TenantId_ClientId",
                table: "ReviewVerdicts");

            migrationBuilder.DropIndex(
                name: "IX_ReviewVerdicts_TenantId_GivenBy_GivenAt",
                table: "ReviewVerdicts");

            migrationBuilder.DropColumn(
                name: "ClientId",
                table: "ReviewVerdicts");

            migrationBuilder.DropColumn(
                name: "Pass",
                table: "ReviewVerdicts");

            migrationBuilder.DropColumn(
                name: "Round",
                table: "ReviewVerdicts");

            migrationBuilder.DropColumn(
                name: "Seconds",
                table: "ReviewVerdicts");

            migrationBuilder.DropColumn(
                name: "SecondReviewShare",
                table: "Projects");

            migrationBuilder.DropColumn(
                name: "SecondReviewUncertain",
                table: "Projects");
        }
    }
}
