using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Storage;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Storage;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Backups;

/// <summary>One thing that was looked at.</summary>
public sealed record Finding(bool IsWhole, string Says);

/// <summary>
/// Looks through a whole installation, also while it is at work, or through a backup: every blob that a row names is there and is what its
/// name says, no reference leads nowhere, no trail was changed.
/// </summary>
public sealed class InstallationVerification
{
    private readonly IPortalContexts contexts;
    private readonly IBlobStore blobs;
    private readonly AuditVerification audit;
    private readonly TimeProvider time;

    internal InstallationVerification(IPortalContexts contexts, IBlobStore blobs, AuditVerification audit, TimeProvider time) =>
        (this.contexts, this.blobs, this.audit, this.time) = (contexts, blobs, audit, time);

    /// <returns>What is found, as it is found; an error when the database is not there or of another version.</returns>
    public async Task<Result<IAsyncEnumerable<Finding>>> OfInstallationAsync(CancellationToken ct) =>
        await contexts.IsPresentAsync(ct) ? Result<IAsyncEnumerable<Finding>>.Ok(LookAsync(ct)) : new SchemaNotPresent();

    /// <param name="folder">Of backups, for the newest of them, or of one.</param>
    public async Task<Result<IAsyncEnumerable<Finding>>> OfBackupAsync(string folder, CancellationToken ct)
    {
        var opened = await StoredBackup.OpenAsync(folder, time, ct);
        return opened.Succeeded ? Result<IAsyncEnumerable<Finding>>.Ok(LookAsync(opened.Value, ct)) : opened.Error;
    }

    private static async IAsyncEnumerable<Finding> LookAsync(StoredBackup backup, [EnumeratorCancellation] CancellationToken ct)
    {
        var manifest = backup.Manifest;
        var broken = 0;
        await foreach (var problem in backup.CheckAsync(ct))
        {
            broken++;
            yield return new Finding(false, problem);
        }

        foreach (var blob in manifest.Missing)
            yield return new Finding(false, $"blob {blob} was missing when the backup was taken");
        foreach (var blob in manifest.Damaged)
            yield return new Finding(false, $"blob {blob} was damaged when the backup was taken");
        if (broken == 0)
            yield return new Finding(true, Text($"{backup.Folder}: version {manifest.Version} on {manifest.Provider}, taken {manifest.TakenAt:u}, {manifest.Rows} rows in {manifest.Tables.Count} tables, {manifest.BlobCount} blobs, {manifest.Keys.Count} keys"));
    }

    private async IAsyncEnumerable<Finding> LookAsync([EnumeratorCancellation] CancellationToken ct)
    {
        var named = new HashSet<BlobRef>();
        await foreach (var finding in TablesAsync(named, ct))
            yield return finding;
        await foreach (var finding in BlobsAsync(named, ct))
            yield return finding;
        yield return Trail("the platform", await audit.CheckPlatformAsync(null, ct));
        foreach (var (team, _) in await audit.TeamsAsync(ct))
            yield return Trail($"team {team}", await audit.CheckAsync(team, null, ct));
    }

    private async IAsyncEnumerable<Finding> TablesAsync(HashSet<BlobRef> named, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var context = contexts.Create(default);
        await context.Database.OpenConnectionAsync(ct);
        var connection = context.Database.GetDbConnection();
        if (await contexts.Whole.CheckAsync(connection, ct) is { } damage)
            yield return new Finding(false, $"database: {damage}");
        await using var moment = await contexts.Whole.ReadOneMomentAsync(connection, ct);
        var tables = TableLayout.Of(context.Model);
        var (rows, references, lost) = (0L, 0, 0);
        foreach (var table in tables)
        {
            rows += await TableDump.CollectAsync(moment, table, named, ct);
            foreach (var reference in table.References)
            {
                references++;
                if (await CountLostAsync(moment, table, reference, ct) is not (> 0 and var count))
                    continue;
                lost++;
                yield return new Finding(false, Text($"{count} rows of {table.Name} point to rows of {reference.Principal} that are not there ({reference.Name})"));
            }
        }

        if (lost == 0)
            yield return new Finding(true, Text($"database: {rows} rows in {tables.Count} tables, {references} kinds of references lead somewhere"));
    }

    private async IAsyncEnumerable<Finding> BlobsAsync(HashSet<BlobRef> named, [EnumeratorCancellation] CancellationToken ct)
    {
        var bad = new List<BlobRef>();
        foreach (var blob in named)
        {
            if (!await BlobCopy.IsWholeAsync(blobs, blob.Key.Tenant, blob.Key, ct))
                bad.Add(blob);
        }

        if (bad.Count > 0)
        {
            // Those whose rows have gone meanwhile may go as well.
            var still = new HashSet<BlobRef>();
            await using var context = contexts.Create(default);
            await context.Database.OpenConnectionAsync(ct);
            await using var moment = await contexts.Whole.ReadOneMomentAsync(context.Database.GetDbConnection(), ct);
            foreach (var table in TableLayout.Of(context.Model))
                await TableDump.CollectAsync(moment, table, still, ct);
            bad.RemoveAll(blob => !still.Contains(blob));
        }

        foreach (var blob in bad)
        {
            await using var content = await blobs.OpenReadAsync(blob.Key.Tenant, blob.Key, ct);
            yield return new Finding(false, $"blob {blob.Key} is {(content is null ? "missing" : "damaged: its content is not what its name says")}");
        }

        if (bad.Count == 0)
            yield return new Finding(true, Text($"blobs: {named.Count} that rows name are there and are what their names say"));
    }

    private static Finding Trail(string whose, AuditVerdict verdict) => verdict.IsWhole
        ? new Finding(true, Text($"trail of {whose}: {verdict.Entries} entries"))
        : new Finding(false, Text($"trail of {whose}: at entry {verdict.Broken}: {verdict.Why}"));

    private static async Task<long> CountLostAsync(DbTransaction moment, TableLayout table, Reference reference, CancellationToken ct)
    {
        await using var command = moment.Connection!.CreateCommand();
        command.Transaction = moment;
        command.CommandTimeout = 0;
        var given = string.Join(" AND ", reference.Columns.Select(column => $"d.{TableLayout.Quote(column)} IS NOT NULL"));
        var same = string.Join(" AND ", reference.Columns.Zip(reference.PrincipalColumns, (from, to) => $"p.{TableLayout.Quote(to)} = d.{TableLayout.Quote(from)}"));
#pragma warning disable CA2100 // names of the model
        command.CommandText = $"SELECT COUNT(*) FROM {TableLayout.Quote(table.Name)} d WHERE {given} AND NOT EXISTS (SELECT 1 FROM {TableLayout.Quote(reference.Principal)} p WHERE {same})";
#pragma warning restore CA2100
        return Convert.ToInt64(await command.ExecuteScalarAsync(ct), CultureInfo.InvariantCulture);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
