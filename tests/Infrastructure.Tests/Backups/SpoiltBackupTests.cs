using System.Text.Json.Nodes;
using FewShotAD.Infrastructure.Backups;
using FewShotAD.Infrastructure.Hosting;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Tests.Support;
using FewShotAD.Infrastructure.Tests.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Tests.Backups;

/// <summary>What is cut, changed or meant for something else is refused with what to do, and leaves nothing behind.</summary>
public sealed class SpoiltBackupTests
{
    private static readonly Dictionary<string, (Func<string, Task> Spoil, string Says)> Ways = new()
    {
        ["no manifest"] = (Act(folder => File.Delete(Path.Combine(folder, BackupManifest.FileName))), "no complete backup"),
        ["manifest cut"] = (Act(folder => Cut(Path.Combine(folder, BackupManifest.FileName))), "cut or changed"),
        ["table cut"] = (Act(folder => Cut(Table(folder, "Images"))), "Images.jsonl.gz is cut or changed"),
        ["table changed"] = (Act(folder => Flip(Table(folder, "Projects"))), "Projects.jsonl.gz is cut or changed"),
        ["table missing"] = (Act(folder => File.Delete(Table(folder, "Tenants"))), "Tenants.jsonl.gz is missing"),
        ["list of blobs cut"] = (Act(folder => Cut(Path.Combine(folder, "blobs.gz"))), "blobs.gz is cut or changed"),
        ["blob changed"] = (Act(folder => Flip(Blob(folder))), "is cut or changed"),
        ["blob cut"] = (Act(folder => Cut(Blob(folder))), "is cut or changed"),
        ["blob missing"] = (Act(folder => File.Delete(Blob(folder))), "is missing"),
        ["blobs left behind"] = (Act(folder => Directory.Delete(BackupFolder.BlobsOf(folder), recursive: true)), "copy it along"),
        ["a key that leads out"] = (Edit((editor, _) => editor.Save(editor.Manifest with { Keys = [new BackupFile("../../key.xml", 1, "")] })), "which no backup has"),
        ["a key that is none"] = (AddKeyAsync, "is no key"),
        ["of a newer program"] = (Edit((editor, _) => editor.Save(editor.Manifest with { Migrations = [.. editor.Manifest.Migrations, "Future"] })), "does not know its change “Future”"),
        ["of a newer format"] = (Edit((editor, _) => editor.Save(editor.Manifest with { Format = 2 })), "does not know its format"),
        ["of a program long gone"] = (Edit((editor, _) => editor.Save(editor.Manifest with { Migrations = ["Initial2019"] })), "does not know its change"),
        ["of tables long gone"] = (Edit((editor, _) => editor.Save(editor.Manifest with { Migrations = [] })), "outgrown"),
        ["a column nobody has"] = (Edit((editor, _) => editor.Save(editor.Manifest with { Tables = [editor.Manifest.Tables[0] with { Columns = [new("Shoe", ColumnKind.Text)] }] })), "Shoe"),
        ["rows that point nowhere"] = (RewriteAsync("Projects", _ => null), "do not fit together"),
        ["a row twice"] = (RewriteAsync("Tenants", row => row, twice: true), "do not fit together"),
        ["a word for a number"] = (RewriteAsync("Images", row => [.. row.Select(value => value is JsonValue number && number.TryGetValue<long>(out _) ? "many" : value?.DeepClone())]), "do not fit together"),
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_spoilt_backup_is_refused_and_nothing_of_it_stays()
    {
        await using var bench = new BackupBench();
        var (from, to) = (await bench.InstallAsync(), await bench.InstallAsync());
        await Team.CreateAsync(from, Ct);
        await BackupBench.TakeAsync(from, bench.Folder, Ct);
        foreach (var (way, (spoil, says)) in Ways)
        {
            var copy = $"{bench.Folder} {way}";
            foreach (var file in Directory.GetFiles(bench.Folder, "*", SearchOption.AllDirectories))
            {
                var target = Path.Combine(copy, Path.GetRelativePath(bench.Folder, file));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(file, target);
            }

            await spoil(BackupFolder.Find(copy)!);
            var refused = await BackupBench.RefusedAsync(to, copy, Ct);
            Assert.True(refused.Message.Contains(says, StringComparison.Ordinal), $"{way}: {refused.Message}");
            await using var reader = to.Across.Open("A test");
            Assert.True(!await reader.All<Domain.Tenancy.Tenant>().AnyAsync(Ct), $"{way}: rows were left.");
            Assert.True(says.StartsWith("do not fit", StringComparison.Ordinal) || BackupBench.CountBlobs(to) == 0, $"{way}: blobs were left.");
        }

        // After all that was refused, the good one fits.
        await BackupBench.RestoreAsync(to, bench.Folder, Ct);
        Assert.Empty(await BackupBench.BrokenAsync(to, Ct));
    }

    [Fact]
    public async Task An_installation_that_is_used_or_at_work_is_not_restored_into()
    {
        await using var bench = new BackupBench();
        var (used, running) = (await bench.InstallAsync(), await bench.InstallAsync());
        await Team.CreateAsync(used, Ct);
        await BackupBench.TakeAsync(used, bench.Folder, Ct);
        Assert.Contains("rows in Tenants", (await BackupBench.RefusedAsync(used, bench.Folder, Ct)).Message, StringComparison.Ordinal);
        using (DataDirectoryLock.TryTake(running.Get<DataPaths>()))
            Assert.IsType<PortalRuns>(await BackupBench.RefusedAsync(running, bench.Folder, Ct));
        if (TestKit.DatabaseUnderTest.IsPostgres)
            await NodeElsewhereAsync(running, bench.Folder);
        await BackupBench.RestoreAsync(running, bench.Folder, Ct);
    }

    [Fact]
    public async Task Where_there_is_no_installation_nothing_is_backed_up_or_made()
    {
        await using var bench = new BackupBench();
        var empty = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(bench.Folder)!, "empty")).FullName;
        await using var installation = await Installation.CreateAsync(folder: empty);
        Assert.IsType<SchemaNotPresent>((await installation.Get<InstallationBackup>().RunAsync(bench.Folder, Ct)).Error);
        Assert.IsType<SchemaNotPresent>((await installation.Get<InstallationVerification>().OfInstallationAsync(Ct)).Error);
        Assert.False(File.Exists(TestDatabase.FileOf(empty)) || Directory.Exists(bench.Folder), "Something was made.");
    }

    [Fact]
    public async Task What_is_spoilt_in_an_installation_is_found_and_told_when_it_is_backed_up()
    {
        await using var bench = new BackupBench();
        var installation = await bench.InstallAsync();
        var team = await Team.CreateAsync(installation, Ct);
        Assert.Empty(await BackupBench.BrokenAsync(installation, Ct));
        var (changed, gone) = (team.Test[0].Blobs.Original, team.Test[1].Blobs.View);
        Flip(Path.Combine(installation.Folder, "blobs", $"{changed}"));
        File.Delete(Path.Combine(installation.Folder, "blobs", $"{gone}"));
        Assert.Equal(
            new[] { $"blob {changed} is damaged: its content is not what its name says", $"blob {gone} is missing" }.Order(StringComparer.Ordinal),
            (await BackupBench.BrokenAsync(installation, Ct)).Order(StringComparer.Ordinal));
        var taken = await BackupBench.TakeAsync(installation, bench.Folder, Ct);
        Assert.Equal(($"{gone}", $"{changed}", 10), (Assert.Single(taken.Missing), Assert.Single(taken.Damaged), taken.Copied));
        Assert.Equal(2, (await BackupBench.BrokenAsync(installation, bench.Folder, Ct)).Count);
    }

    [Fact]
    public async Task A_row_that_points_nowhere_is_found()
    {
        await using var bench = new BackupBench();
        var installation = await bench.InstallAsync();
        await Team.CreateAsync(installation, Ct);
        await using (var context = installation.Get<IPortalContexts>().Create(default))
        {
            await context.Database.OpenConnectionAsync(Ct);
            await using var command = context.Database.GetDbConnection().CreateCommand();
            command.CommandText = TestKit.DatabaseUnderTest.IsPostgres
                ? """SET session_replication_role = replica; DELETE FROM "Projects" """
                : """PRAGMA foreign_keys = OFF; DELETE FROM "Projects" """;
            await command.ExecuteNonQueryAsync(Ct);
        }

        Assert.Equal(["4 rows of Images point to rows of Projects that are not there (FK_Images_Projects_TenantId_ProjectId)"], await BackupBench.BrokenAsync(installation, Ct));
    }

    /// <summary>Its data directory is on another machine; its heartbeat is in the database.</summary>
    private static async Task NodeElsewhereAsync(Installation installation, string folder)
    {
        await using var context = installation.Get<IPortalContexts>().Create(default);
        var type = context.Model.FindEntityType(typeof(Domain.Queueing.WorkerNode))!;
        var node = EntityFactory.Create(type, default, new Dictionary<Type, object>());
        EntityFactory.Set(node, type.FindProperty(nameof(Domain.Queueing.WorkerNode.SeenAt))!.PropertyInfo!, TimeProvider.System.GetUtcNow());
        context.Add(node);
        await context.SaveChangesAsync(Ct);
        Assert.IsType<PortalRuns>(await BackupBench.RefusedAsync(installation, folder, Ct));
        context.Remove(node);
        await context.SaveChangesAsync(Ct);
    }

    private static string Table(string folder, string name) => Path.Combine(folder, "tables", $"{name}.jsonl.gz");

    private static string Blob(string folder) => Directory.GetFiles(BackupFolder.BlobsOf(folder), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();

    private static void Cut(string file)
    {
        using var stream = File.OpenWrite(file);
        stream.SetLength(stream.Length / 2);
    }

    private static void Flip(string file)
    {
        var bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(file, bytes);
    }

    private static Func<string, Task> Act(Action<string> spoil) => folder =>
    {
        spoil(folder);
        return Task.CompletedTask;
    };

    private static Func<string, Task> Edit(Action<BackupEditor, string> edit) => Act(folder => edit(new BackupEditor(folder), folder));

    private static Func<string, Task> RewriteAsync(string table, Func<JsonArray, JsonArray?> change, bool twice = false) => async folder =>
    {
        var editor = new BackupEditor(folder);
        await editor.RewriteAsync(table, change, keeps: null, Ct, twice);
    };

    private static async Task AddKeyAsync(string folder)
    {
        Directory.CreateDirectory(Path.Combine(folder, "keys"));
        await File.WriteAllTextAsync(Path.Combine(folder, "keys", "key-1.xml"), "<html/>", Ct);
        var editor = new BackupEditor(folder);
        editor.Save(editor.Manifest with { Keys = [new BackupFile("keys/key-1.xml", 7, await BackupFolder.HashAsync(Path.Combine(folder, "keys", "key-1.xml"), Ct))] });
    }
}
