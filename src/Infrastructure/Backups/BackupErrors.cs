using FewShotAD.Domain.Common;

namespace FewShotAD.Infrastructure.Backups;

internal sealed record BackupFolderBusy(string Folder)
    : Error(ErrorKind.Conflict, "backup.busy", $"Another backup or restore works in {Folder}. Wait for it to end.");

internal sealed record SchemaNotPresent()
    : Error(ErrorKind.Conflict, "backup.schema", "The database is not there, or is of another version than this program. Use the version that runs on it; a new version brings the database up to date when it starts.");

internal sealed record BlobsVanish(int Missing)
    : Error(ErrorKind.Unavailable, "backup.vanish", $"{Missing} blobs went while they were copied, time and again. Run the backup when nothing large is being deleted; what was copied stays.");

internal sealed record NoBackup(string Folder)
    : Error(ErrorKind.NotFound, "backup.none", $"There is no complete backup in {Folder}: no folder in it has a {BackupManifest.FileName}. A backup that was interrupted has none; take it again.");

internal sealed record BackupNotWhole(string What)
    : Error(ErrorKind.Invalid, "backup.damaged", $"The backup is not whole: {What}. Nothing was restored; use another backup, or another copy of this one.");

internal sealed record BackupTooNew(string Version, string What)
    : Error(ErrorKind.Conflict, "backup.newer", $"The backup is of version {Version}, and this program does not know {What}. Restore it with that version or a later one.");

internal sealed record BackupTooOld(string Version)
    : Error(ErrorKind.Conflict, "backup.older", $"The backup is of version {Version}, whose tables this program has outgrown. Restore it with that version, then start this one, which brings the database up to date.");

internal sealed record NotEmpty(string What)
    : Error(ErrorKind.Conflict, "restore.not-empty", $"There is an installation here already: {What}. Restore into an empty one: another DataDirectory, and with PostgreSQL another database.");

internal sealed record PortalRuns(string Directory)
    : Error(ErrorKind.Conflict, "restore.running", $"A portal runs on {Directory}. Stop it: a restore has the installation to itself.");
