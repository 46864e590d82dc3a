using FewShotAD.Domain.Common;
using FewShotAD.Infrastructure.Backups;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Tests.Support;

namespace FewShotAD.Infrastructure.Tests.Backups;

/// <summary>Installations, and a folder of backups beside them.</summary>
internal sealed class BackupBench : IAsyncDisposable
{
    private static readonly Dictionary<string, string?> OnSqlite = new() { ["Database:Provider"] = "Sqlite", ["Database:ConnectionString"] = "" };

    private readonly List<Installation> installations = [];

    public string Folder { get; } = Path.Combine(Installation.TemporaryFolder(), "backups");

    /// <param name="sqlite">On SQLite whatever database is under test.</param>
    public async Task<Installation> InstallAsync(bool sqlite = false)
    {
        var installation = await Installation.CreateAsync(settings: sqlite ? OnSqlite : null);
        installations.Add(installation);
        if (sqlite)
            await installation.Get<IPortalContexts>().MigrateAsync(TestContext.Current.CancellationToken);
        return installation;
    }

    public static async Task<BackupReport> TakeAsync(Installation installation, string folder, CancellationToken ct)
    {
        var taken = await installation.Get<InstallationBackup>().RunAsync(folder, ct);
        Assert.True(taken.Succeeded, taken.Error?.Message);
        return taken.Value;
    }

    public static async Task<RestoreReport> RestoreAsync(Installation installation, string folder, CancellationToken ct)
    {
        var restored = await installation.Get<InstallationRestore>().RunAsync(folder, ct);
        Assert.True(restored.Succeeded, restored.Error?.Message);
        return restored.Value;
    }

    public static async Task<Error> RefusedAsync(Installation installation, string folder, CancellationToken ct)
    {
        var restored = await installation.Get<InstallationRestore>().RunAsync(folder, ct);
        Assert.False(restored.Succeeded, "It was restored.");
        return restored.Error!;
    }

    /// <summary>What is broken of an installation.</summary>
    public static async Task<List<string>> BrokenAsync(Installation installation, CancellationToken ct) =>
        await BrokenAsync(await installation.Get<InstallationVerification>().OfInstallationAsync(ct), ct);

    /// <summary>What is broken of a backup.</summary>
    public static async Task<List<string>> BrokenAsync(Installation anywhere, string folder, CancellationToken ct) =>
        await BrokenAsync(await anywhere.Get<InstallationVerification>().OfBackupAsync(folder, ct), ct);

    public static int CountBlobs(Installation installation) => Files(Path.Combine(installation.Folder, "blobs"));

    public static int Files(string folder) => Directory.Exists(folder) ? Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Length : 0;

    public async ValueTask DisposeAsync()
    {
        foreach (var installation in installations)
            await installation.DisposeAsync();
        Directory.Delete(Path.GetDirectoryName(Folder)!, recursive: true);
    }

    private static async Task<List<string>> BrokenAsync(Result<IAsyncEnumerable<Finding>> looked, CancellationToken ct)
    {
        Assert.True(looked.Succeeded, looked.Error?.Message);
        var broken = new List<string>();
        var whole = 0;
        await foreach (var finding in looked.Value.WithCancellation(ct))
        {
            whole += finding.IsWhole ? 1 : 0;
            if (!finding.IsWhole)
                broken.Add(finding.Says);
        }

        Assert.True(whole + broken.Count > 0, "Nothing was looked at.");
        return broken;
    }
}
