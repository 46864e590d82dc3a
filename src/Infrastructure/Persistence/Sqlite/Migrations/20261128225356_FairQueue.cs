using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace FewShotAD.Infrastructure.Persistence.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class FairQueue : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "ClaimedAt",
                table: "Runs",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "ClaimedDevice",
                table: "Runs",
                type: "TEXT",
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<double>(
                name: "Entered",
                table: "Runs",
                type: "REAL",
                nullable: false,
                defaultValue: 0.0);

            migrationBuilder.AddColumn<double>(
                name: "ExpectedSeconds",
                table: "Runs",
                type: "REAL",
                nullable: false,
                defaultValue: 0.0);

            migrationBuilder.AddColumn<double>(
                name: "GuessedSeconds",
                table: "Runs",
                type: "REAL",
                nullable: false,
                defaultValue: 0.0);

            migrationBuilder.AddColumn<int>(
                name: "Moments",
                table: "Runs",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<bool>(
                name: "PauseRequested",
                table: "Runs",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "Priority",
                table: "Runs",
                type: "TEXT",
                maxLength: 24,
                nullable: false,
                defaultValue: "Normal");

            migrationBuilder.AddColumn<string>(
                name: "WorkHash",
                table: "Runs",
                type: "TEXT",
                maxLength: 64,
                nullable: true);

            migrationBuilder.CreateTable(
                name: "QueueTurns",
                columns: table => new
                {
                    Id = table.Column<int>(type: "INTEGER", nullable: false),
                    Number = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_QueueTurns", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "RunMoments",
                columns: table => new
                {
                    TenantId = table.Column<Guid>(type: "TEXT", nullable: false),
                    RunId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Sequence = table.Column<int>(type: "INTEGER", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    Kind = table.Column<string>(type: "TEXT", maxLength: 24, nullable: false),
                    Attempt = table.Column<int>(type: "INTEGER", nullable: false),
                    Epoch = table.Column<int>(type: "INTEGER", nullable: false),
                    By = table.Column<Guid>(type: "TEXT", nullable: true),
                    Node = table.Column<string>(type: "TEXT", maxLength: 200, nullable: true),
                    Reason = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RunMoments", x => new { x.TenantId, x.RunId, x.Sequence });
                    table.ForeignKey(
                        name: "FK_RunMoments_Runs_TenantId_RunId",
                        columns: x => new { x.TenantId, x.RunId },
                        principalTable: "Runs",
                        principalColumns: new[] { "TenantId", "Id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "TeamShares",
                columns: table => new
                {
                    TenantId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Used = table.Column<double>(type: "REAL", nullable: false),
                    ConcurrencyStamp = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_TeamShares", x => x.TenantId);
                    table.ForeignKey(
                        name: "FK_TeamShares_Tenants_TenantId",
                        column: x => x.TenantId,
                        principalTable: "Tenants",
                        principalColumn: "TenantId",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "WorkerNodes",
                columns: table => new
                {
                    Node = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    Runs = table.Column<int>(type: "INTEGER", nullable: false),
                    Devices = table.Column<string>(type: "TEXT", maxLength: 400, nullable: false),
                    PerDevice = table.Column<int>(type: "INTEGER", nullable: false),
                    SeenAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_WorkerNodes", x => x.Node);
                });

            migrationBuilder.InsertData(
                table: "QueueTurns",
                columns: new[] { "Id", "Number" },
                values: new object[] { 1, 0L });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "QueueTurns");

            migrationBuilder.DropTable(
                name: "RunMoments");

            migrationBuilder.DropTable(
                name: "TeamShares");

            migrationBuilder.DropTable(
                name: "WorkerNodes");

            migrationBuilder.DropColumn(
                name: "ClaimedAt",
                table: "Runs");

            migrationBuilder.DropColumn(
                name: "ClaimedDevice",
                table: "Runs");

            migrationBuilder.DropColumn(
                name: "Entered",
                table: "Runs");

            migrationBuilder.DropColumn(
                name: "ExpectedSeconds",
                table: "Runs");

            migrationBuilder.DropColumn(
                name: "GuessedSeconds",
                table: "Runs");

            migrationBuilder.DropColumn(
                name: "Moments",
                table: "Runs");

            migrationBuilder.DropColumn(
                name: "PauseRequested",
                table: "Runs");

            migrationBuilder.DropColumn(
                name: "Priority",
                table: "Runs");

            migrationBuilder.DropColumn(
                name: "WorkHash",
                table: "Runs");
        }
    }
}
